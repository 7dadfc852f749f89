// Every way in which Claude fails, for all of a change and for a part of it: the review fails or is partial, says why where people
// look, and stays within its turns and its money.
import type { ScriptedMessage } from '../../../simulator/claude/answer.ts';
import type { ScriptedError } from '../../../simulator/claude/local-claude.ts';
import type { MessageRequest } from '../../../simulator/claude/request.ts';
import {
  asksForVerdicts,
  composeVerdicts,
  readAskedFindings,
} from '../../../simulator/claude/scripted-sceptic.ts';
import { atLeast, noneOf, note, type Figure } from '../scenario.ts';
import { openLocalReviews, REPOSITORY, type LocalReviews } from './local-review.ts';

type Answer = ScriptedMessage | ScriptedError;

export interface ClaudeFault {
  readonly name: string;
  readonly answer: Answer;
  /** What people read. */
  readonly says: RegExp;
  /** Calls at most: of one conversation, with the retries of the SDK. */
  readonly calls: number;
}

const error = (status: number, type: string): ScriptedError => ({
  kind: 'error',
  status,
  type,
  message: type,
  headers: { 'retry-after-ms': '1' },
});
const text = (stopReason: NonNullable<ScriptedMessage['stopReason']>): ScriptedMessage => ({
  kind: 'message',
  content: [{ type: 'text', text: 'Well' }],
  stopReason,
});
const uses = (name: string, input: Readonly<Record<string, unknown>>): ScriptedMessage => ({
  kind: 'message',
  content: [{ type: 'tool_use', name, input }],
});
const look = uses('read_file', { path: 'README.md', from_line: 1, to_line: 9 });

export const CLAUDE_FAULTS: readonly ClaudeFault[] = [
  { name: '429', answer: error(429, 'rate_limit_error'), says: /rate limit.*429/, calls: 5 },
  { name: '529', answer: error(529, 'overloaded_error'), says: /overloaded \(529\)/, calls: 5 },
  { name: '500', answer: error(500, 'api_error'), says: /answered 500/, calls: 5 },
  { name: '400', answer: error(400, 'invalid_request_error'), says: /answered 400/, calls: 1 },
  {
    name: 'a cut stream',
    answer: { ...look, cutAfterEvents: 4 },
    says: /broke off|could not be reached/,
    calls: 5,
  },
  { name: 'max_tokens', answer: text('max_tokens'), says: /cut off/, calls: 1 },
  { name: 'a refusal', answer: text('refusal'), says: /declined/, calls: 1 },
  {
    name: 'a context window exceeded',
    answer: text('model_context_window_exceeded'),
    says: /context window/,
    calls: 1,
  },
  {
    name: 'invalid tool input',
    answer: uses('submit_findings', { findings: 'none' }),
    says: /no valid answer/,
    calls: 3,
  },
  { name: 'words only', answer: text('end_turn'), says: /no valid answer/, calls: 3 },
  {
    name: 'a loop that never ends',
    answer: look,
    says: /no valid answer|`max-cost-usd` leaves no room/,
    calls: 19,
  },
  {
    name: 'an unknown tool',
    answer: uses('run_shell', { command: 'id' }),
    says: /no valid answer|`max-cost-usd` leaves no room/,
    calls: 19,
  },
];

const MAX_USD = 3;
const SECOND = 'b/second.js';

const large = (word: string): string =>
  Array.from(
    { length: 1_100 },
    (_, at) => `export const ${word}${at} = readValue(${at}, 'of some length');\n`,
  ).join('');

export async function proveClaudeFails(faults: readonly ClaudeFault[]): Promise<Figure[]> {
  let answer: Answer = look;
  let isWhole = true;
  await using reviews = await openLocalReviews({
    base: { 'README.md': '# It\n' },
    script: (request) => {
      if (asksForVerdicts(request)) return composeVerdicts(readAskedFindings(request));
      return isWhole || isAbout(request, SECOND) ? answer : uses('submit_findings', { findings: [] });
    },
  });
  const files = { 'a/first.js': large('first'), [SECOND]: large('second') };
  const wrong: string[] = [];
  const costs: number[] = [];
  for (const [at, fault] of faults.entries()) {
    for (const whole of [true, false]) {
      [answer, isWhole] = [fault.answer, whole];
      const before = reviews.claude.requests.length;
      const { cost, problems } = await play(
        reviews,
        `${whole ? 'whole' : 'part'}-${at}`,
        files,
        fault,
        whole,
      );
      const calls = reviews.claude.requests
        .slice(before)
        .filter((one) => isAbout(one, SECOND) && !asksForVerdicts(one)).length;
      const others = reviews.claude.requests.length - before;
      // Whole: the first batch goes alone, and what fails for good is not asked again.
      if (calls > fault.calls || others > fault.calls * 2 + 1) problems.push(`${calls} and ${others} calls`);
      costs.push(cost);
      wrong.push(...problems.map((problem) => `${fault.name}, of ${whole ? 'all' : 'a part'}: ${problem}`));
    }
  }
  return [
    atLeast('failures of Claude', faults.length * 2, 2),
    note('most that one cost, in dollars', Math.max(...costs).toFixed(2)),
    noneOf('that were not told, looked like success, or broke their bounds', wrong),
    noneOf('what GitHub would refuse', reviews.github.violations),
    noneOf('what Claude would refuse', reviews.claude.violations),
  ];
}

function isAbout({ messages }: MessageRequest, path: string): boolean {
  return JSON.stringify(messages[0]).includes(JSON.stringify(`=== "${path}" (`).slice(1, -1));
}

async function play(
  reviews: LocalReviews,
  branch: string,
  files: Readonly<Record<string, string>>,
  fault: ClaudeFault,
  whole: boolean,
) {
  const { github } = reviews;
  const pull = await reviews.open(branch, { files });
  const ended = await reviews.review(pull, { maxCostUsd: MAX_USD }).catch((error: unknown) => error);
  const problems: string[] = [];
  const [checkRun] = github.checkRuns(REPOSITORY, pull.head.sha);
  const posted = github.reviews(REPOSITORY, pull.number);
  const expected = whole ? 'failure' : 'neutral';
  if (checkRun?.conclusion !== expected) problems.push(`the check run says ${checkRun?.conclusion}`);
  if (!fault.says.test(checkRun?.summary ?? '')) problems.push(`the check run says ${checkRun?.summary}`);
  const result =
    typeof ended === 'object' && ended !== null && 'result' in ended ? (ended.result as Result) : undefined;
  if (whole) {
    if (posted.length > 0) problems.push('a review was posted');
    if (!(ended instanceof Error) || !fault.says.test(ended.message))
      problems.push(`it ended as ${String(ended)}`);
  } else {
    if (result?.state !== 'partial') problems.push(`it ended as ${String(ended)}`);
    const body = posted[0]?.body ?? '';
    if (
      posted.length !== 1 ||
      !body.includes('partial') ||
      !body.includes(SECOND) ||
      !fault.says.test(body)
    ) {
      problems.push(`the review says ${body.slice(0, 300)}`);
    }
  }
  const cost = result?.usage.costUsd ?? 0;
  if (cost > MAX_USD) problems.push(`it cost ${cost}`);
  return { cost, problems };
}

interface Result {
  readonly state: string;
  readonly usage: { readonly costUsd: number };
}
