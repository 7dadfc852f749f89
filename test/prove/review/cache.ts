// Reviewers side by side share what they read: from the second call on, most of it comes from the cache. Counted by the local
// Claude, by prefix, as the API does.
import { PromptCache, type InputTokens } from '../../../simulator/claude/prompt-cache.ts';
import type { ScriptedMessage } from '../../../simulator/claude/answer.ts';
import type { MessageRequest } from '../../../simulator/claude/request.ts';
import {
  asksForSynthesis,
  asksForVerdicts,
  composeVerdicts,
  readAskedFindings,
} from '../../../simulator/claude/scripted-sceptic.ts';
import { readAddedLines } from '../../../simulator/claude/read-diff-prompt.ts';
import { atLeast, note, noneOf, type Figure } from '../scenario.ts';
import { openLocalReviews } from './local-review.ts';

export interface CacheSize {
  readonly files: number;
  readonly linesEach: number;
}

const MIN_SHARE = 80;

export async function proveCache({ files, linesEach }: CacheSize): Promise<Figure[]> {
  const lines = (at: number): string =>
    Array.from({ length: linesEach }, (_, line) => `export const value${at}x${line} = read(${line});\n`).join(
      '',
    );
  await using reviews = await openLocalReviews({ base: { 'README.md': '# It\n' }, script: answer });
  const pull = await reviews.open('change', {
    files: Object.fromEntries(Array.from({ length: files }, (_, at) => [`src/part${at}.js`, lines(at)])),
  });
  const outcome = await reviews.review(pull, { reviewMode: 'parallel', effort: 'low', maxCostUsd: 100 });
  if (!('result' in outcome)) throw new Error(outcome.reason);
  const { requests } = reviews.claude;
  const reviewers = measure(
    requests.filter((request) => !asksForVerdicts(request) && !asksForSynthesis(request)),
  );
  const { usage } = outcome.result;
  const readInAll = usage.input + usage.cacheRead + usage.cacheWrite;
  const firstCall = sumOf(measure(requests.slice(0, 1)));
  return [
    note('calls', `${requests.length}, of them ${reviewers.length} of reviewers`),
    note('tokens read in all', readInAll),
    atLeast('calls of reviewers', reviewers.length, 8),
    atLeast(
      '% of the second and later calls of reviewers that came from the cache',
      shareOf(reviewers.slice(1)),
      MIN_SHARE,
    ),
    // As they came, side by side: what a call has written only those can read that start after it.
    atLeast(
      '% of the second and later calls of all that came from the cache',
      Math.round((usage.cacheRead / (readInAll - firstCall)) * 1000) / 10,
      MIN_SHARE,
    ),
    note('dollars that it cost', usage.costUsd.toFixed(4)),
    noneOf('what Claude would refuse', reviews.claude.violations),
  ];
}

/** Two turns of each reviewer: a look at one more file, then a finding. */
function answer(request: MessageRequest): ScriptedMessage {
  if (asksForVerdicts(request)) return composeVerdicts(readAskedFindings(request));
  if (asksForSynthesis(request)) {
    return {
      kind: 'message',
      content: [{ type: 'tool_use', name: 'submit_synthesis', input: { sets: [] } }],
    };
  }
  const [first] = readAddedLines(request);
  if (!first || request.messages.length === 1) {
    const input = { path: first?.path ?? 'README.md', from_line: 1, to_line: 40 };
    return { kind: 'message', content: [{ type: 'tool_use', name: 'read_file', input }] };
  }
  const said = {
    severity: 'major',
    category: 'correctness',
    title: 'Wrong',
    explanation: 'It is.',
    scenario: 'So.',
  };
  const finding = { ...said, path: first.path, side: 'RIGHT', line: first.line, quote: first.text };
  return {
    kind: 'message',
    content: [{ type: 'tool_use', name: 'submit_findings', input: { findings: [finding] } }],
  };
}

function measure(requests: readonly MessageRequest[]): InputTokens[] {
  const cache = new PromptCache();
  return requests.map((request) => {
    const { commit, ...tokens } = cache.measure(request);
    commit();
    return tokens;
  });
}

function sumOf(calls: readonly InputTokens[]): number {
  return calls.reduce((sum, { input, written, read }) => sum + input + written + read, 0);
}

function shareOf(calls: readonly InputTokens[]): number {
  const read = calls.reduce((sum, call) => sum + call.read, 0);
  return Math.round((read / sumOf(calls)) * 1000) / 10;
}
