// Conversations through the SDK with the local Claude: what counts as an answer, what is read on the way, and how every limit
// ends it.
import Anthropic from '@anthropic-ai/sdk';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startLocalClaude, type LocalClaude, type Script } from '../../../simulator/claude/local-claude.ts';
import { askAngles, askReviewer } from '../../../src/claude/ask-reviewer.ts';
import { askReviewers } from '../../../src/claude/ask-reviewers.ts';
import type { Asker } from '../../../src/claude/afford-call.ts';
import type { CodeTree } from '../../../src/git/open-code-tree.ts';
import { openBudget } from '../../../src/plan/budget.ts';
import { planBatches } from '../../../src/plan/plan-review.ts';
import { changedFile, someFinding } from '../../changed-file.ts';

const KEY = 'sk-ant-test';
const QUESTION = { prompt: 'The change.' };
const open: LocalClaude[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((claude) => claude.close()));
});

const tree: CodeTree = {
  hasFileNamed: () => Promise.resolve(false),
  readFile: (path) =>
    Promise.resolve(path === 'a.ts' ? { kind: 'text', text: 'one\ntwo\n' } : { kind: 'missing' }),
  readTexts: () => Promise.resolve(new Map()),
  listFolder: () => Promise.resolve(['a.ts']),
  search: () => Promise.resolve({ kind: 'matches', matches: [], more: false }),
};
const reader = {
  model: 'claude-opus-5-5',
  code: { tree, files: [changedFile('a.ts')] },
  language: 'English',
};

async function start(script: Script, limitUsd = 100) {
  const claude = await startLocalClaude({ apiKey: KEY, script });
  open.push(claude);
  const client = new Anthropic({ apiKey: KEY, baseURL: claude.url, maxRetries: 0 });
  const asker: Asker = { client, budget: openBudget(limitUsd), signal: new AbortController().signal };
  return { claude, asker };
}

const use = (name: string, ...inputs: Record<string, unknown>[]) =>
  ({
    kind: 'message',
    content: inputs.map((input) => ({ type: 'tool_use', name, input }) as const),
  }) as const;
const submit = (...inputs: Record<string, unknown>[]) => use('submit_findings', ...inputs);
const say = (text: string) => ({ kind: 'message', content: [{ type: 'text', text }] }) as const;
const readA = use('read_file', { path: 'a.ts', from_line: 1, to_line: 9 });

describe('an answer', () => {
  it('is taken when it fits the schema, and its tokens and money are counted', async () => {
    const { claude, asker } = await start(() => submit({ findings: [someFinding()] }));
    const answer = await askReviewer(asker, reader, QUESTION);
    expect(answer).toMatchObject({ kind: 'answered', value: [someFinding()] });
    expect(answer.usage).toMatchObject({ calls: 1 });
    expect(answer.usage.costUsd).toBeCloseTo(asker.budget.spent());
    expect(asker.budget.spent()).toBeGreaterThan(0);
    expect(asker.budget.available()).toBeCloseTo(100 - asker.budget.spent());
    expect(claude.violations).toEqual([]);
  });

  it('that does not fit goes back with what is wrong, and both calls are counted', async () => {
    const { claude, asker } = await start((_, index) =>
      submit({ findings: index === 0 ? [{ ...someFinding(), severity: 'terrible' }] : [someFinding()] }),
    );
    expect(await askReviewer(asker, reader, QUESTION)).toMatchObject({
      kind: 'answered',
      usage: { calls: 2 },
    });
    const reply = claude.requests[1]?.messages.at(-1)?.content;
    expect(reply).toMatchObject([
      { type: 'tool_result', is_error: true, content: expect.stringContaining('severity') },
    ]);
    expect(claude.violations).toEqual([]);
  });

  it('in prose is reminded of the tool, and given up after three', async () => {
    const { claude, asker } = await start(() => say('All good!'));
    expect(await askReviewer(asker, reader, QUESTION)).toMatchObject({ kind: 'failed', final: false });
    expect(claude.requests).toHaveLength(3);
    expect(claude.violations).toEqual([]);
  });

  it.each([[[]], [[{ type: 'text', text: ' ' } as const]]])(
    'of nothing (%j) is asked for again, in a request without empty content',
    async (content) => {
      const { claude, asker } = await start((_, index) =>
        index === 0 ? { kind: 'message', content } : submit({ findings: [] }),
      );
      expect(await askReviewer(asker, reader, QUESTION)).toMatchObject({ kind: 'answered' });
      // The API refuses messages without content, and texts without words.
      const blocks = claude.requests[1]?.messages.map(({ content: sent }) => JSON.stringify(sent)) ?? [];
      expect(blocks.filter((sent) => sent === '[]' || /"text":"\s*"/.test(sent))).toEqual([]);
    },
  );

  it('of several calls of the tool is joined', async () => {
    const second = someFinding({ title: 'Another' });
    const { asker } = await start(() => submit({ findings: [someFinding()] }, { findings: [second] }));
    expect(await askReviewer(asker, reader, QUESTION)).toMatchObject({ value: [someFinding(), second] });
  });

  it.each([
    [{ ...say('I'), stopReason: 'max_tokens' } as const, /cut off/],
    [{ ...say('I'), stopReason: 'refusal' } as const, /declined/],
    [{ ...say('I'), stopReason: 'model_context_window_exceeded' } as const, /context window/],
    [{ kind: 'error', status: 429, type: 'rate_limit_error', message: 'slow' } as const, /rate limit.*429/],
    [{ kind: 'error', status: 529, type: 'overloaded_error', message: 'busy' } as const, /overloaded.*529/],
    [{ kind: 'error', status: 500, type: 'api_error', message: 'broken' } as const, /500: broken/],
    [{ ...say('x'.repeat(5_000)), cutAfterEvents: 3 } as const, /broke off|could not be reached/],
  ])('%j fails with its reason', async (scripted, reason) => {
    const { asker } = await start(() => scripted);
    const answer = await askReviewer(asker, reader, QUESTION);
    expect(answer).toMatchObject({ kind: 'failed', final: false });
    expect(answer.kind === 'failed' && answer.reason).toMatch(reason);
  });

  it.each([
    ['claude-opus-5-5', 'sk-ant-other', /refused the key \(401\)/],
    ['claud-opus', KEY, /does not know the model.*404/],
  ])('of %s with the key %s is final', async (model, apiKey, reason) => {
    const { claude, asker } = await start(() => say('never'));
    const client = new Anthropic({ apiKey, baseURL: claude.url, maxRetries: 0 });
    const answer = await askReviewer({ ...asker, client }, { ...reader, model }, QUESTION);
    expect(answer).toMatchObject({ kind: 'failed', final: true, reason: expect.stringMatching(reason) });
  });
});

describe('reading', () => {
  it('shows lines with their numbers, and mistakes as errors', async () => {
    const asked = [
      readA,
      use('read_file', { path: '../x', from_line: 1, to_line: 2 }),
      use('shell', { command: 'ls' }),
    ];
    const { claude, asker } = await start((_, index) => asked[index] ?? submit({ findings: [] }));
    expect(await askReviewer(asker, reader, QUESTION)).toMatchObject({ kind: 'answered', value: [] });
    const results = claude.requests
      .at(-1)
      ?.messages.flatMap(({ content }) =>
        typeof content === 'string' ? [] : content.filter((block) => block.type === 'tool_result'),
      );
    expect(results).toMatchObject([
      { is_error: false, content: '"a.ts", lines 1 to 2 of 2:\n    1| one\n    2| two' },
      { is_error: true, content: expect.stringContaining('not in this repository') },
      { is_error: true, content: 'There is no tool "shell".' },
    ]);
    expect(claude.violations).toEqual([]);
  });

  it('that never ends is asked to close, and fails when it does not', async () => {
    const { claude, asker } = await start(() => readA);
    expect(await askReviewer(asker, reader, QUESTION)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('no valid answer'),
    });
    expect(claude.requests.length).toBeLessThanOrEqual(20);
    expect(JSON.stringify(claude.requests.at(-1)?.messages.at(-1))).toContain('Call submit_findings now');
    expect(claude.violations).toEqual([]);
  });

  it('is closed with what was found when the turns are used up', async () => {
    const { asker } = await start((request) =>
      JSON.stringify(request.messages.at(-1)).includes('Call submit_findings now')
        ? submit({ findings: [someFinding()] })
        : readA,
    );
    expect(await askReviewer(asker, reader, QUESTION)).toMatchObject({
      kind: 'answered',
      value: [someFinding()],
    });
  });
});

describe('money', () => {
  it('that suffices for no call is over budget, and nothing is asked', async () => {
    const { claude, asker } = await start(() => submit({ findings: [] }), 0.05);
    expect(await askReviewer(asker, reader, QUESTION)).toMatchObject({
      kind: 'over_budget',
      usage: { calls: 0 },
    });
    expect(claude.requests).toEqual([]);
  });

  it('that suffices for one call is spent on an answer', async () => {
    const { claude, asker } = await start(() => submit({ findings: [] }), 0.2);
    expect(await askReviewer(asker, reader, QUESTION)).toMatchObject({ kind: 'answered' });
    expect(claude.requests[0]?.max_tokens).toBeLessThan(32_000);
  });

  it('runs out: the last call closes, and the limit holds', async () => {
    const { claude, asker } = await start(
      (request) =>
        JSON.stringify(request.messages.at(-1)).includes('Call submit_findings now')
          ? submit({ findings: [] })
          : readA,
      1,
    );
    expect(await askReviewer(asker, reader, { prompt: 'x'.repeat(300_000) })).toMatchObject({
      kind: 'answered',
    });
    expect(asker.budget.spent()).toBeLessThanOrEqual(1);
    expect(claude.requests.length).toBeLessThan(16);
  });
});

describe('money that is short', () => {
  // Counted as bytes, this alone would cost more than there is; it is about a quarter as many tokens.
  const prompt = 'a line of code;\n'.repeat(12_000);

  it('is held by the true number of tokens', async () => {
    const { claude, asker } = await start(() => submit({ findings: [] }), 0.7);
    expect(await askReviewer(asker, reader, { prompt })).toMatchObject({ kind: 'answered' });
    expect(asker.budget.spent()).toBeLessThanOrEqual(0.7);
    expect(claude.violations).toEqual([]);
  });

  it('and is held by a call under way is waited for', async () => {
    const { claude, asker } = await start(() => submit({ findings: [] }), 0.9);
    const asked = [1, 2, 3].map(() => askReviewer(asker, reader, { prompt }));
    const answers = await Promise.all(asked);
    expect(answers.map(({ kind }) => kind)).toEqual(['answered', 'answered', 'answered']);
    expect(claude.requests.every(({ max_tokens }) => max_tokens > 16_000)).toBe(true);
    expect(asker.budget.spent()).toBeLessThanOrEqual(0.9);
  });
});

describe('several reviewers', () => {
  const patch = [`@@ -0,0 +1,700 @@`, ...Array.from({ length: 700 }, () => `+${'x'.repeat(100)}`)].join('\n');
  const batches = planBatches(['a/a.ts', 'b/b.ts', 'c/c.ts'].map((path) => changedFile(path, { patch })));
  const prompts = batches.map((batch) => ({
    batch,
    prompt: `Batch of ${batch.files[0]?.path}`,
    secondPrompt: undefined,
  }));

  it('keep what the others found when one batch fails', async () => {
    expect(prompts.length).toBeGreaterThan(1);
    const { asker } = await start((request) =>
      JSON.stringify(request).includes('Batch of a/a.ts')
        ? { ...say('I'), stopReason: 'refusal' }
        : submit({ findings: [someFinding()] }),
    );
    const answers = await askReviewers(asker, reader, prompts, 'standard');
    expect(answers.map(({ result }) => result.kind).sort()).toEqual([
      'failed',
      ...prompts.slice(1).map(() => 'read'),
    ]);
    expect(answers.flatMap(({ findings }) => findings)).toHaveLength(prompts.length - 1);
  });

  it('are not asked further when the key is refused', async () => {
    const { claude, asker } = await start(() => say('never'));
    const client = new Anthropic({ apiKey: 'sk-ant-other', baseURL: claude.url, maxRetries: 0 });
    let calls = 0;
    const counting = client.withOptions({
      fetch: (...request: Parameters<typeof fetch>) => {
        calls += 1;
        return fetch(...request);
      },
    });
    const answers = await askReviewers({ ...asker, client: counting }, reader, prompts, 'standard');
    expect(answers.every(({ result }) => result.kind === 'failed' && result.final)).toBe(true);
    expect(calls).toBe(1);
  });

  it('read the shared part of their prompt from the cache: at least 80 % of the input of the later calls', async () => {
    const { claude, asker } = await start((_, index) => (index % 2 === 0 ? submit({ findings: [] }) : readA));
    const prompt = 'const line = "of a change";\n'.repeat(3_000);
    const answers = await askAngles(asker, reader, prompt, [
      'correctness',
      'security',
      'performance',
      'maintainability',
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual(Array.from({ length: 4 }, () => 'answered'));
    const [first, ...later] = [answers[0]?.usage, ...answers.slice(1).map(({ usage }) => usage)];
    const sum = (pick: (usage: NonNullable<typeof first>) => number) =>
      later.reduce((total, usage) => total + (usage ? pick(usage) : 0), 0);
    const read = sum(({ cacheRead }) => cacheRead);
    const all = read + sum(({ input }) => input) + sum(({ cacheWrite }) => cacheWrite);
    expect(read / all).toBeGreaterThanOrEqual(0.8);
    expect(claude.violations).toEqual([]);
  });
});
