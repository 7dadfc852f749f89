// Every line that a pull request shows, quoted as a reviewer would quote it, is placed on exactly that line, and GitHub takes
// the comment there: on generated histories and on this repository's own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { startLocalGitHub, type LocalGitHub } from '../../../simulator/github/local-github.ts';
import { readChange, type Change } from '../../../src/read-change.ts';
import { atLeast, none, noneOf, note, type Figure } from '../scenario.ts';
import { histories, KINDS, type History } from './generate-history.ts';
import { importOwnCommits } from './own-commits.ts';
import { postQuotes } from './post-quotes.ts';
import { listQuotes, placeQuote, type Quote } from './quote-lines.ts';

export interface AnchorsSize {
  readonly histories: number;
  /** Of this repository; left out where they are not there, as in a shallow clone. */
  readonly ownCommits: number;
  /** One in so many quotes is posted; each line has about nine. */
  readonly postEvery: number;
  readonly seed: number;
}

export interface Tally {
  readonly kinds: Map<string, number>;
  files: number;
  listed: number;
  lines: number;
  quotes: number;
  readonly ways: Map<string, number>;
  readonly wrong: string[];
  posted: { reviews: number; in: number; inline: number; file: number; body: number; dropped: number };
  readonly refused: string[];
}

export async function proveAnchors(size: AnchorsSize): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nectr-anchors-'));
  const github = await startLocalGitHub({ rateLimits: false });
  github.createUser('octo');
  github.createUser('mona');
  const tally = startTally();
  try {
    const drawn = fc.sample(histories, { seed: size.seed, numRuns: size.histories });
    for (const [at, history] of drawn.entries()) {
      for (const kind of history.kinds) tally.kinds.set(kind, (tally.kinds.get(kind) ?? 0) + 1);
      const fullName = await playHistory(github, history, `history-${at}`);
      await examine({ github, fullName, folder, tally, postEvery: size.postEvery });
    }
    const own = await importOwnCommits(github, size.ownCommits);
    for (const fullName of own) {
      await examine({ github, fullName, folder, tally, postEvery: size.postEvery });
    }
    return [...describe(tally, size, own.length), noneOf('what GitHub would refuse', github.violations)];
  } finally {
    await github.close();
    await rm(folder, { recursive: true });
  }
}

function startTally(): Tally {
  const posted = { reviews: 0, in: 0, inline: 0, file: 0, body: 0, dropped: 0 };
  const counts = { files: 0, listed: 0, lines: 0, quotes: 0 };
  return { kinds: new Map(), ways: new Map(), wrong: [], refused: [], posted, ...counts };
}

function describe(tally: Tally, size: AnchorsSize, own: number): Figure[] {
  const { posted } = tally;
  const missing = KINDS.filter((kind) => !tally.kinds.has(kind));
  return [
    atLeast('histories', size.histories + own, size.histories),
    note('of them commits of this repository', own === 0 ? '0 (its history is not here)' : own),
    note('kinds of change', [...tally.kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')),
    ...(size.histories >= KINDS.length ? [noneOf('kinds of change that did not occur', missing)] : []),
    none('files that are neither to be read nor skipped', tally.listed - tally.files),
    atLeast('lines', tally.lines, size.histories * 20),
    note('quotes', [...tally.ways].map(([way, count]) => `${count} ${way}`).join(', ')),
    noneOf('quotes not placed on exactly their line', tally.wrong),
    atLeast('comments that the strict GitHub took, each seen on its line', posted.inline, size.histories),
    noneOf('refused or seen on another line', tally.refused),
    note('reviews', posted.reviews),
    none(
      `findings in (${posted.in}) less inline (${posted.inline}), file (${posted.file}) and body (${posted.body})`,
      posted.in - posted.inline - posted.file - posted.body,
    ),
    none('dropped', posted.dropped),
  ];
}

async function playHistory(github: LocalGitHub, history: History, name: string): Promise<string> {
  const fullName = `octo/${name}`;
  await github.createRepository('octo', name);
  const { base, baseModes, change, changeModes } = history;
  await github.commit(fullName, 'main', { message: 'Base', files: base, modes: baseModes });
  await github.commit(fullName, 'change', { message: 'Change', files: change, modes: changeModes });
  return fullName;
}

interface Stand {
  readonly github: LocalGitHub;
  readonly fullName: string;
  readonly folder: string;
  readonly tally: Tally;
  readonly postEvery: number;
}

async function examine(stand: Stand): Promise<void> {
  const { github, fullName, folder, tally, postEvery } = stand;
  const pull = await github.openPullRequest({
    repository: fullName,
    head: 'change',
    base: 'main',
    title: 'Change',
    author: 'mona',
  });
  const token = github.createToken('github-actions[bot]', { contents: 'read', pull_requests: 'write' });
  const source = { url: `${github.url}/${fullName}.git`, token, repositoryKilobytes: 1, tempFolder: folder };
  const { base, head } = pull;
  const commits = { head: head.sha, mergeBase: base.sha, base: base.sha, since: undefined };
  await using change = await readChange(source, commits, AbortSignal.timeout(120_000));
  tally.listed += pull.changes.files;
  tally.files += change.files.length + change.skipped.length;
  const quotes = change.files.flatMap((file) => listQuotes(file));
  tally.lines += change.files.flatMap(({ hunks }) => hunks.flatMap(({ lines }) => lines)).length;
  const placed = quotes.filter((quote) => isPlaced(change, quote, stand));
  const posted = placed.filter((_, at) => at % postEvery === 0);
  await postQuotes({ github, fullName, pull, token, tally }, change, posted);
}

function isPlaced({ files }: Change, quote: Quote, { fullName, tally }: Stand): boolean {
  tally.quotes += 1;
  tally.ways.set(quote.way, (tally.ways.get(quote.way) ?? 0) + 1);
  const found = placeQuote(files, quote);
  if (found === undefined) return true;
  tally.wrong.push(
    `${fullName} ${quote.finding.path} ${quote.way}: ${JSON.stringify(quote.finding.quote)} ${found}`,
  );
  return false;
}
