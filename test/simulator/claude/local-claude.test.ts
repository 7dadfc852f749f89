// The local Claude, asked by the SDK itself: it streams, counts, fails on purpose, and refuses what the API refuses.
import Anthropic from '@anthropic-ai/sdk';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startLocalClaude, type LocalClaude, type Script } from '../../../simulator/claude/local-claude.ts';
import { scriptedReviewer } from '../../../simulator/claude/scripted-reviewer.ts';

const KEY = 'sk-ant-test';
const open: LocalClaude[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((claude) => claude.close()));
});

async function start(script: Script, maxRetries = 0) {
  const claude = await startLocalClaude({ apiKey: KEY, script });
  open.push(claude);
  return { claude, client: new Anthropic({ apiKey: KEY, baseURL: claude.url, maxRetries }) };
}

const text = (words: string) => ({ kind: 'message', content: [{ type: 'text', text: words }] }) as const;
const ask = {
  model: 'claude-opus-5-5',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hello' }],
} as const;
const question = (): Anthropic.MessageCreateParamsNonStreaming => ({ ...ask, messages: [...ask.messages] });

describe('an answer', () => {
  test('comes whole or as a stream, and is the same', async () => {
    const { claude, client } = await start(() => text('Good day. '.repeat(200)));
    const whole = await client.messages.create(question());
    const streamed = await client.messages.stream(question()).finalMessage();
    expect(streamed.content).toEqual(whole.content);
    expect(streamed.usage.output_tokens).toBe(whole.usage.output_tokens);
    expect(claude.violations).toEqual([]);
  });

  test('can use a tool, and then stops for that', async () => {
    const input = { findings: [] };
    const { client } = await start(() => ({
      kind: 'message',
      content: [{ type: 'tool_use', name: 'submit', input }],
    }));
    const tools = [{ name: 'submit', input_schema: { type: 'object' as const } }];
    const message = await client.messages.create({ ...question(), tools });
    expect(message).toMatchObject({ stop_reason: 'tool_use', content: [{ type: 'tool_use', input }] });
  });

  test.each(['max_tokens', 'refusal', 'model_context_window_exceeded'] as const)(
    'can stop for %s',
    async (stopReason) => {
      const { client } = await start(() => ({ ...text('I'), stopReason }));
      expect((await client.messages.create(question())).stop_reason).toBe(stopReason);
    },
  );

  test('can break off, which the SDK reports', async () => {
    const { client } = await start(() => ({ ...text('x'.repeat(4_000)), cutAfterEvents: 4 }));
    await expect(client.messages.stream(question()).finalMessage()).rejects.toBeInstanceOf(
      Anthropic.AnthropicError,
    );
  });

  test('reads from the cache what an answered call has written', async () => {
    const { client } = await start(() => text('ok'));
    const system = [
      { type: 'text' as const, text: 'rule '.repeat(2_000), cache_control: { type: 'ephemeral' as const } },
    ];
    const first = await client.messages.create({ ...question(), system });
    const second = await client.messages.create({ ...question(), system });
    expect(first.usage).toMatchObject({ cache_read_input_tokens: 0 });
    expect(first.usage.cache_creation_input_tokens).toBeGreaterThan(1_024);
    expect(second.usage.cache_read_input_tokens).toBe(first.usage.cache_creation_input_tokens);
  });
});

describe('an error', () => {
  test.each([
    [429, 'rate_limit_error', Anthropic.RateLimitError],
    [529, 'overloaded_error', Anthropic.InternalServerError],
  ])('%i is what the SDK takes it for, and is tried again', async (status, type, kind) => {
    const once: Script = (_, index) =>
      index === 0
        ? { kind: 'error', status, type, message: 'later', headers: { 'retry-after': '0' } }
        : text('ok');
    await expect((await start(once)).client.messages.create(question())).rejects.toBeInstanceOf(kind);
    const { claude, client } = await start(once, 1);
    expect((await client.messages.create(question())).content).toMatchObject([{ text: 'ok' }]);
    expect(claude.requests).toHaveLength(2);
  });

  test('401 for another key, and nothing is scripted for it', async () => {
    const { claude } = await start(() => text('never'));
    const client = new Anthropic({ apiKey: 'sk-ant-other', baseURL: claude.url, maxRetries: 0 });
    await expect(client.messages.create(question())).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
    expect(claude.requests).toEqual([]);
  });
});

describe('a request that the API refuses', () => {
  const mark = { cache_control: { type: 'ephemeral' } };
  test.each([
    ['with a field that no longer exists', { temperature: 0 }, 'temperature'],
    [
      'with five cache marks',
      { system: Array.from({ length: 5 }, () => ({ type: 'text', text: 'x', ...mark })) },
      'Found 5',
    ],
    ['that begins with the assistant', { messages: [{ role: 'assistant', content: 'Hi' }] }, 'first message'],
    ['with a prefill', { messages: [...ask.messages, { role: 'assistant', content: '{' }] }, 'prefill'],
    [
      'that leaves a tool call unanswered',
      {
        messages: [
          ...ask.messages,
          { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'a', input: {} }] },
          { role: 'user', content: 'Go on' },
        ],
      },
      'toolu_1',
    ],
    [
      'with a strict tool whose schema is open',
      { tools: [{ name: 'a', strict: true, input_schema: { type: 'object', properties: {} } }] },
      'additionalProperties',
    ],
    [
      'with a bound in a strict schema',
      {
        tools: [
          {
            name: 'a',
            strict: true,
            input_schema: {
              type: 'object',
              additionalProperties: false,
              properties: { n: { type: 'integer', minimum: 1 } },
            },
          },
        ],
      },
      'minimum',
    ],
  ])('%s gets a 400 and is remembered', async (_, change, words) => {
    const { claude, client } = await start(() => text('never'));
    const wrong = { ...question(), ...change } as Anthropic.MessageCreateParamsNonStreaming;
    await expect(client.messages.create(wrong)).rejects.toBeInstanceOf(Anthropic.BadRequestError);
    expect(claude.violations).toEqual([expect.stringContaining(words)]);
    expect(claude.requests).toEqual([]);
  });
});

test('the scripted reviewer reports the added lines that fit a pattern, and no others', async () => {
  const { client } = await start(scriptedReviewer);
  const prompt = [
    '=== "a.js" (modified)',
    '@@',
    '    1     1  | const rows = query(`SELECT ${id}`);',
    '          2 +| const rows = query(`SELECT ${id}`);',
    '          3 +| const rows = query("SELECT 1");',
  ].join('\n');
  const { content } = await client.messages.create({
    ...question(),
    messages: [{ role: 'user', content: prompt }],
  });
  expect(content).toMatchObject([
    { name: 'submit_findings', input: { findings: [{ path: 'a.js', line: 2, severity: 'critical' }] } },
  ]);
});
