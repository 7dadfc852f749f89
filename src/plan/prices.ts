// Tokens of one call + model → US dollars, and the most that a call can cost before it is made. One dated table; a model that
// is not in it has no cost, only tokens.

/** When the table was last held against platform.claude.com/docs/en/about-claude/pricing. */
export const PRICES_AS_OF = '2026-11-25';

/** US dollars for a million tokens. `cacheWrite` is that of the five-minute cache. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export interface Tokens {
  /** Read at the full price: neither from the cache nor into it. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

function price(input: number, output: number, cacheReadShare: number): Price {
  return { input, output, cacheRead: input * cacheReadShare, cacheWrite: input * 1.25 };
}

/** By the beginning of the model's name; the longest that fits counts. */
const PRICES: Readonly<Record<string, Price>> = {
  'claude-fable-5': price(10, 50, 0.1),
  'claude-fable-5-1': price(10, 50, 0.025),
  'claude-mythos-5': price(10, 50, 0.1),
  'claude-mythos-5-1': price(10, 50, 0.025),
  'claude-opus-5-5': price(4, 20, 0.05),
  'claude-opus-5': price(5, 25, 0.1),
  'claude-opus-4-5': price(5, 25, 0.1),
  'claude-opus-4-6': price(5, 25, 0.1),
  'claude-opus-4-7': price(5, 25, 0.1),
  'claude-opus-4-8': price(5, 25, 0.1),
  'claude-sonnet-5-5': price(2, 10, 0.05),
  'claude-sonnet-5': price(2, 10, 0.1),
  'claude-sonnet-4-5': price(3, 15, 0.1),
  'claude-sonnet-4-6': price(3, 15, 0.1),
  'claude-haiku-5-5': price(0.1, 0.5, 0.1),
  'claude-haiku-4-5': price(1, 5, 0.1),
};

/** Five times as much for a prompt of more than 100,000 tokens. */
const LONG_PROMPT = { model: 'claude-haiku-5-5', tokens: 100_000, factor: 5 };

/** What an unknown model is taken to cost when a limit has to hold: as much as the dearest that is known. */
const DEAREST: Price = price(10, 50, 0.1);

export function findPrice(model: string): Price | undefined {
  const names = Object.keys(PRICES).filter((name) => model === name || model.startsWith(`${name}-`));
  const [longest] = names.sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : PRICES[longest];
}

/** Undefined: the price of this model is not known. */
export function costOfCall(model: string, tokens: Tokens): number | undefined {
  const known = findPrice(model);
  return known && multiply(known, tokens) * promptFactor(model, tokens);
}

/** Never less than what the call will cost: everything is written to the cache, every token of the answer is used. */
export function worstCaseOfCall(model: string, inputTokens: number, maxOutputTokens: number): number {
  const tokens = { input: 0, cacheRead: 0, cacheWrite: inputTokens, output: maxOutputTokens };
  return multiply(findPrice(model) ?? DEAREST, tokens) * promptFactor(model, tokens);
}

function multiply(price: Price, tokens: Tokens): number {
  const { input, output, cacheRead, cacheWrite } = price;
  const sum =
    tokens.input * input +
    tokens.output * output +
    tokens.cacheRead * cacheRead +
    tokens.cacheWrite * cacheWrite;
  return sum / 1_000_000;
}

function promptFactor(model: string, { input, cacheRead, cacheWrite }: Tokens): number {
  const isLong = input + cacheRead + cacheWrite > LONG_PROMPT.tokens;
  return isLong && model.startsWith(LONG_PROMPT.model) ? LONG_PROMPT.factor : 1;
}

/** `$0.42`; below a cent with four places. */
export function formatUsd(usd: number): string {
  return `$${usd.toFixed(usd > 0 && usd < 0.01 ? 4 : 2)}`;
}
