// One prompt through the SDK to the local Claude: what counts as an answer, and what does not.
import Anthropic from '@anthropic-ai/sdk';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startLocalClaude, type LocalClaude, type Script } from '../../../simulator/claude/local-claude.ts';
import { askReviewer } from '../../../src/claude/ask-reviewer.ts';
import { askReviewers } from '../../../src/claude/ask-reviewers.ts';
import { planReview } from '../../../src/plan/plan-review.ts';
import { changedFile, someFinding } from '../../changed-file.ts';

const KEY = 'sk-ant-test';
const QUESTION = { model: 'claude-opus-5-5', system: 'You review.', prompt: 'The change.' };
const open: LocalClaude[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((claude) => claude.close()));
});

async function start(script: Script) {
  const claude = await startLocalClaude({ apiKey: KEY, script });
  open.push(claude);
  return { claude, client: new Anthropic({ apiKey: KEY, baseURL: claude.url, maxRetries: 0 }) };
}

const submit = (...inputs: Record<string, unknown>[]) =>
  ({
    kind: 'message',
    content: inputs.map((input) => ({ type: 'tool_use', name: 'submit_findings', input }) as const),
  }) as const;
const say = (text: string) => ({ kind: 'message', content: [{ type: 'text', text }] }) as const;

describe('askReviewer', () => {
  it('takes findings that fit the schema, and counts tokens', async () => {
    const { claude, client } = await start(() => submit({ findings: [someFinding()] }));
    const answer = await askReviewer(client, QUESTION);
    expect(answer).toMatchObject({ kind: 'findings', findings: [someFinding()] });
    expect(answer.usage.output).toBeGreaterThan(0);
    expect(claude.violations).toEqual([]);
  });

  it('sends input that does not fit back once, with what is wrong, and counts both calls', async () => {
    const { claude, client } = await start((_, index) =>
      submit({ findings: index === 0 ? [{ ...someFinding(), severity: 'terrible' }] : [someFinding()] }),
    );
    const answer = await askReviewer(client, QUESTION);
    expect(answer.kind).toBe('findings');
    const reply = claude.requests[1]?.messages.at(-1)?.content;
    expect(reply).toMatchObject([
      { type: 'tool_result', is_error: true, content: expect.stringContaining('severity') },
    ]);
    expect(claude.violations).toEqual([]);
  });

  it('reminds an answer in prose of the tool, and gives up after three turns', async () => {
    const { claude, client } = await start(() => say('All good!'));
    expect(await askReviewer(client, QUESTION)).toMatchObject({ kind: 'failed', final: false });
    expect(claude.requests).toHaveLength(3);
    expect(claude.violations).toEqual([]);
  });

  it('joins the findings of several calls of the tool in one answer', async () => {
    const second = someFinding({ title: 'Another' });
    const { client } = await start(() => submit({ findings: [someFinding()] }, { findings: [second] }));
    expect(await askReviewer(client, QUESTION)).toMatchObject({ findings: [someFinding(), second] });
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
    const { client } = await start(() => scripted);
    const answer = await askReviewer(client, QUESTION);
    expect(answer).toMatchObject({ kind: 'failed', final: false });
    expect(answer.kind === 'failed' && answer.reason).toMatch(reason);
  });

  it.each([
    [new Anthropic({ apiKey: 'sk-ant-other', maxRetries: 0 }), /refused the key \(401\)/],
    [new Anthropic({ apiKey: KEY, maxRetries: 0 }), /does not know the model.*404/],
  ])('a wrong key or model is final', async (client, reason) => {
    const { claude } = await start(() => say('never'));
    client.baseURL = claude.url;
    const answer = await askReviewer(client, { ...QUESTION, model: 'claud-opus' });
    expect(answer).toMatchObject({ kind: 'failed', final: true, reason: expect.stringMatching(reason) });
  });
});

describe('askReviewers', () => {
  const patch = [`@@ -0,0 +1,700 @@`, ...Array.from({ length: 700 }, () => `+${'x'.repeat(100)}`)].join('\n');
  const { batches } = planReview(['a.ts', 'b.ts', 'c.ts'].map((path) => changedFile(path, { patch })));
  const prompts = batches.map((batch) => ({ batch, prompt: `Batch of ${batch.files[0]?.path}` }));

  it('keeps what the other batches found when one fails', async () => {
    expect(prompts.length).toBeGreaterThan(1);
    const { client } = await start((request) =>
      JSON.stringify(request).includes('Batch of a.ts')
        ? { ...say('I'), stopReason: 'refusal' }
        : submit({ findings: [someFinding()] }),
    );
    const { answers, findings } = await askReviewers(client, { ...QUESTION, prompts });
    expect(answers.map(({ answer }) => answer.kind)).toEqual([
      'failed',
      ...prompts.slice(1).map(() => 'findings'),
    ]);
    expect(findings).toHaveLength(prompts.length - 1);
  });

  it('is an error when no batch was answered', async () => {
    const { client } = await start(() => ({ ...say('I'), stopReason: 'refusal' }));
    await expect(askReviewers(client, { ...QUESTION, prompts })).rejects.toThrow('Nothing could be reviewed');
  });

  it('asks no further batch when the key is refused', async () => {
    const { claude } = await start(() => say('never'));
    let calls = 0;
    const counting: typeof fetch = (...request) => {
      calls += 1;
      return fetch(...request);
    };
    const options = { apiKey: 'sk-ant-other', baseURL: claude.url, maxRetries: 0, fetch: counting };
    const client = new Anthropic(options);
    await expect(askReviewers(client, { ...QUESTION, prompts })).rejects.toThrow('refused the key (401)');
    expect(calls).toBe(1);
  });
});
