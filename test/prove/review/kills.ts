// SIGKILL of the Action at each of its calls to GitHub: when GitHub has not done it yet, and when it has but the answer is still
// to come. Then it runs again, and everything is there once: a review for each head that has something new, a comment for each
// problem, a mark on each that is fixed.
import { readFileSync } from 'node:fs';
import type { PullRequest } from '../../../simulator/github/local-github.ts';
import { openStage, outputsOf, REPOSITORY, type Stage } from '../../dist/stage.ts';
import { atLeast, noneOf, note, titled, type Figure } from '../scenario.ts';
import { composeFile, FILE, findWrongs, objectToChecks, type Situation } from './kill-situations.ts';

type Moment = 'before' | 'after-accepting';

/** Which call a run dies at. */
export interface Point {
  readonly moment: Moment;
  /** Left out: any. */
  readonly method?: string;
  /** `*`: any. */
  readonly route: string;
  /** So many of these pass first. */
  readonly after: number;
}

interface Killer {
  pid: number | undefined;
}

export async function proveKills(
  situation: Situation,
  points: 'every call' | readonly Point[],
): Promise<Figure[]> {
  const killer: Killer = { pid: undefined };
  const workflow = readFileSync('docs/samples/nectr.yml', 'utf8');
  await using stage = await openStage({
    base: { [FILE]: composeFile([]) },
    change: { [FILE]: composeFile(['unused']) },
    fromFork: false,
    script: objectToChecks,
    workflow: situation.mayResolve ? workflow.replace('contents: read', 'contents: write') : workflow,
    onProcess: (pid) => {
      killer.pid = pid;
    },
  });
  const chosen = points === 'every call' ? await listEveryCall(stage, situation) : points;
  const missed: string[] = [];
  const wrong: string[] = [];
  const places = new Set<string>();
  for (const [at, point] of chosen.entries()) {
    const prepared = await prepare(stage, `kill-${at}`, situation);
    const place = await killAt(stage, killer, prepared.pull, point);
    if (place === undefined) missed.push(JSON.stringify(point));
    else places.add(place);
    await dispatch(stage, prepared.pull);
    const found = findWrongs(stage.github, prepared.pull, prepared.heads, situation);
    wrong.push(...found.map((one) => `${point.moment} ${place} (${point.after}): ${one}`));
  }
  return titled(situation.name, [
    atLeast('kills', chosen.length - missed.length, 1),
    note('different calls', places.size),
    noneOf('calls that never came', missed),
    noneOf('reviews, comments and marks that are not there once', wrong),
    noneOf('what GitHub would refuse', stage.github.violations),
  ]);
}

interface Prepared {
  readonly pull: PullRequest;
  readonly heads: readonly string[];
}

/** A pull request of its own; after a push, one whose first head is reviewed. */
async function prepare(stage: Stage, branch: string, { told, push }: Situation): Promise<Prepared> {
  const { github } = stage;
  const commit = (content: string): Promise<string> =>
    github.commit(REPOSITORY, branch, { message: `Change of ${branch}`, files: { [FILE]: content } });
  const first = await commit(composeFile(told));
  const opened = { repository: REPOSITORY, head: branch, base: 'main', title: 'Change', author: 'mona' };
  const pull = await github.openPullRequest(opened);
  if (!push) return { pull, heads: [first] };
  await dispatch(stage, pull);
  const open = told.filter((word) => !push.fixes.includes(word));
  return { pull, heads: [first, await commit(composeFile([...open, ...push.adds], push.fixes))] };
}

function dispatch(stage: Stage, { number, head }: PullRequest) {
  return stage.dispatch({ pull_request: number, head_sha: head.sha });
}

/** Each call of a run that nobody kills, in both moments. */
async function listEveryCall(stage: Stage, situation: Situation): Promise<Point[]> {
  const { pull, heads } = await prepare(stage, 'quiet', situation);
  const before = stage.github.requests.length;
  const run = await dispatch(stage, pull);
  const wrong = findWrongs(stage.github, pull, heads, situation);
  if (outputsOf(run)['status'] !== 'reviewed' || wrong.length > 0)
    throw new Error(`the quiet run ended as ${JSON.stringify(outputsOf(run))}, with ${wrong.join('; ')}`);
  // The first is the dispatch itself.
  const calls = stage.github.requests.length - before - 1;
  return Array.from({ length: calls }, (_, call) => call + 1).flatMap((after): Point[] => [
    { moment: 'before', route: '*', after },
    { moment: 'after-accepting', route: '*', after },
  ]);
}

/** Which call it was; undefined when it never came. */
async function killAt(stage: Stage, killer: Killer, pull: PullRequest, { moment, ...at }: Point) {
  let place: string | undefined;
  const { github } = stage;
  const takeBack = github.fail({
    ...at,
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
