// `npm run demo`: the whole way on this machine, from a signed webhook to a posted review.
//   --keep                               leaves everything running and prints where to look
//   --repo PATH --base REV --head REV    reviews a range of any git repository instead of the demo's shop
// With ANTHROPIC_API_KEY set, Claude itself is asked; without it, Claude's answers are scripted.
import { parseArgs } from 'node:util';
import { createShop, importRange, type Range } from './open-pull-request.ts';
import { renderReview } from './print-review.ts';
import { startStage, type Stage } from './start-stage.ts';
import { tellStory } from './story.ts';
import { openTimeline } from './timeline.ts';

const USAGE = 'usage: npm run demo -- [--keep] [--repo PATH --base REV --head REV]';

interface Options {
  readonly keep: boolean;
  readonly range: Range | undefined;
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        keep: { type: 'boolean', default: false },
        repo: { type: 'string' },
        base: { type: 'string' },
        head: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, { cause: error });
  }
}

function readOptions(args: readonly string[]): Options {
  const { keep, repo, base, head } = parseOptions(args);
  if (repo === undefined && base === undefined && head === undefined) return { keep, range: undefined };
  if (repo === undefined || base === undefined || head === undefined) {
    throw new Error(`--repo, --base and --head go together.\n${USAGE}`);
  }
  return { keep, range: { folder: repo, base, head } };
}

async function play({ keep, range }: Options): Promise<void> {
  const apiKey = process.env['ANTHROPIC_API_KEY'] || undefined;
  console.log(
    apiKey === undefined
      ? "Claude's answers are scripted: a few patterns stand in for it. Set ANTHROPIC_API_KEY to ask the real one."
      : 'Claude itself is asked, with the key in ANTHROPIC_API_KEY. This costs money.',
  );
  console.log('GitHub is a local stand-in, held against the published description of its API.');
  const timeline = openTimeline((line) => {
    console.log(line);
  });
  timeline.chapter('Start');
  const stage = await startStage(apiKey);
  try {
    timeline.say('GitHub', stage.github.url);
    if (stage.claude) timeline.say('Claude', stage.claude.url);
    timeline.say('forwarder', `${stage.forwarder.url}, its events in a new SQLite file`);
    const material = await (range ? importRange(stage.github, range) : createShop(stage.github));
    const { pullRequest } = await tellStory(stage, material, timeline);
    printReviews(stage, material.fullName, pullRequest);
    const violations = stage.violations();
    if (violations.length > 0)
      throw new Error(`what GitHub or Claude would refuse:\n${violations.join('\n')}`);
    if (keep) await keepRunning(stage, material.fullName, pullRequest);
  } finally {
    await stage.close();
  }
}

function printReviews({ github }: Stage, fullName: string, number: number): void {
  const comments = github.reviewComments(fullName, number);
  const reviews = github.reviews(fullName, number);
  console.log(`\nThe last review of ${fullName}#${number}, as its author reads it\n`);
  for (const review of reviews.slice(-1)) console.log(renderReview(review, comments));
  console.log(`\nDone: ${reviews.length} ${reviews.length === 1 ? 'review' : 'reviews'}, nothing twice.`);
}

async function keepRunning(stage: Stage, fullName: string, number: number): Promise<void> {
  const { github, forwarder, adminToken } = stage;
  const bearer = `-H "Authorization: Bearer ${adminToken}"`;
  console.log(`
Still running; end it with Ctrl-C.
  The pull request   ${github.url}/${fullName}/pull/${number}
  The repository     ${github.url}/${fullName}
  The dashboard      ${forwarder.url}/ with the admin token ${adminToken}
  Ready?             ${forwarder.url}/readyz
  Events             curl ${bearer} ${forwarder.url}/api/v1/events
  Repositories       curl ${bearer} ${forwarder.url}/api/v1/repos`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

try {
  await play(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
