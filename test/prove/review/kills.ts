// SIGKILL of the Action at each of its calls to GitHub: when GitHub has not done it yet, and when it has but the answer is still
// to come. Then it runs again: each head has exactly one review, and no comment is there twice.
import { readAddedLines } from '../../../simulator/claude/read-diff-prompt.ts';
import type { PullRequest } from '../../../simulator/github/local-github.ts';
import { finding, findings, openStage, outputsOf, REPOSITORY, type Stage } from '../../dist/stage.ts';
import { atLeast, noneOf, note, titled, type Figure } from '../scenario.ts';

type Moment = 'before' | 'after-accepting';

export interface KillsSize {
  /** Only calls that this says yes to, counted from 0. */
  readonly isWanted: (call: number, calls: number) => boolean;
  readonly moments: readonly Moment[];
  /** Also of the review that follows a push. */
  readonly afterPush: boolean;
}

interface Killer {
  pid: number | undefined;
}

const lines = (...values: readonly string[]): string =>
  ['export function total(items) {', ...values.map((value) => `  check(items, '${value}');`), '}', ''].join(
    '\n',
  );

/** Titles that share no word: else the second problem would be the first one again. */
function nameOf(line: string): string {
  const [, value = 'nothing'] = /'(\w+)'/.exec(line) ?? [];
  return `${value}A ${value}B ${value}C`;
}

export async function proveKills(size: KillsSize): Promise<Figure[]> {
  const killer: Killer = { pid: undefined };
  await using stage = await openStage({
    base: { 'src/cart.js': lines() },
    change: { 'src/cart.js': lines('first') },
    fromFork: false,
    // Each added line is a problem.
    script: (request) =>
      findings(
        ...readAddedLines(request).map(({ path, line, text }) =>
          finding(path, line, text, { title: nameOf(text) }),
        ),
      ),
    onProcess: (pid) => {
      killer.pid = pid;
    },
  });
  const first = await killEverywhere(stage, killer, size, false);
  const second = size.afterPush ? await killEverywhere(stage, killer, size, true) : [];
  return [
    ...titled('a first review', first),
    ...titled('the review after a push', second),
    noneOf('what GitHub would refuse', stage.github.violations),
  ];
}

async function killEverywhere(
  stage: Stage,
  killer: Killer,
  { isWanted, moments }: KillsSize,
  isPushed: boolean,
): Promise<Figure[]> {
  const quiet = await prepare(stage, `quiet-${isPushed}`, isPushed);
  const calls = await countCalls(stage, quiet);
  const tally = {
    kills: 0,
    missed: [] as string[],
    none: [] as string[],
    twice: [] as string[],
    places: new Set<string>(),
  };
  for (let call = 0; call < calls; call += 1) {
    if (!isWanted(call, calls)) continue;
    for (const moment of moments) {
      const pull = await prepare(stage, `kill-${isPushed}-${call}-${moment}`, isPushed);
      const place = await killAt(stage, killer, pull, call, moment);
      if (place === undefined) tally.missed.push(`${call} ${moment}`);
      else {
        tally.kills += 1;
        tally.places.add(place);
      }
      await dispatch(stage, pull);
      judge(stage, pull, `${moment} ${place} (${call})`, tally);
    }
  }
  return [
    note('calls to GitHub', calls),
    atLeast('kills', tally.kills, 1),
    note('different calls', tally.places.size),
    noneOf('calls that never came', tally.missed),
    noneOf('heads without exactly one review', tally.none),
    noneOf('comments that are there twice', tally.twice),
  ];
}

/** A pull request of its own; after a push, one whose first head is reviewed. */
async function prepare(stage: Stage, branch: string, isPushed: boolean): Promise<PullRequest> {
  const { github } = stage;
  const files = { 'src/cart.js': lines('first') };
  await github.commit(REPOSITORY, branch, { message: 'Change', files });
  const opened = { repository: REPOSITORY, head: branch, base: 'main', title: 'Change', author: 'mona' };
  const pull = await github.openPullRequest(opened);
  if (!isPushed) return pull;
  await dispatch(stage, pull);
  await github.commit(REPOSITORY, branch, {
    message: 'More',
    files: { 'src/cart.js': lines('second', 'third') },
  });
  return pull;
}

function dispatch(stage: Stage, { number, head }: PullRequest) {
  return stage.dispatch({ pull_request: number, head_sha: head.sha });
}

async function countCalls(stage: Stage, pull: PullRequest): Promise<number> {
  const before = stage.github.requests.length;
  const run = await dispatch(stage, pull);
  if (outputsOf(run)['status'] !== 'reviewed')
    throw new Error(`the quiet run ended as ${JSON.stringify(outputsOf(run))}`);
  // The first is the dispatch itself.
  return stage.github.requests.length - before - 1;
}

/** Which call it was; undefined when it never came. */
async function killAt(stage: Stage, killer: Killer, pull: PullRequest, call: number, moment: Moment) {
  let place: string | undefined;
  const { github } = stage;
  const takeBack = github.fail({
    route: '*',
    // The first is the dispatch itself.
    after: call + 1,
    hang: moment,
    onHit: () => {
      const { method, route } = github.requests.at(-1) ?? { method: '', route: '' };
      place = `${method} ${route}`;
      if (killer.pid !== undefined) process.kill(killer.pid, 'SIGKILL');
    },
  });
  await dispatch(stage, pull);
  takeBack();
  return place;
}

function judge(
  { github }: Stage,
  pull: PullRequest,
  where: string,
  tally: { none: string[]; twice: string[] },
): void {
  const own = github.reviews(REPOSITORY, pull.number).filter(({ commitId }) => commitId === pull.head.sha);
  if (own.length !== 1) tally.none.push(`${where}: ${own.length} reviews`);
  const said = github
    .reviewComments(REPOSITORY, pull.number)
    .map(({ path, body }) => `${path} ${body.split('\n')[0]}`);
  const repeated = said.filter((one, at) => said.indexOf(one) !== at);
  tally.twice.push(...repeated.map((one) => `${where}: ${one}`));
}
