// Counts tokens as a prompt cache would: by prefix. In: a request. Out: how many input tokens are new, written and
// read. A mark (`cache_control`) ends a prefix; a prefix that an earlier, answered call has written is read.
import { createHash } from 'node:crypto';
import type { CountRequest } from './request.ts';

export interface InputTokens {
  readonly input: number;
  readonly written: number;
  readonly read: number;
}

/** Shorter prefixes are never cached (1,024 tokens on most models). */
const MIN_CACHED_TOKENS = 1024;

interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

export class PromptCache {
  readonly #written = new Set<string>();

  /** Tokens of this request against the cache as it is now; `commit` makes its own prefixes readable. */
  measure(request: CountRequest): InputTokens & { commit: () => void } {
    const prefixes = prefixesOf(piecesOf(request), request.model);
    const total = prefixes.total;
    const marks = prefixes.marked.filter(({ tokens }) => tokens >= MIN_CACHED_TOKENS);
    const read = marks.findLast(({ hash }) => this.#written.has(hash))?.tokens ?? 0;
    const written = Math.max(0, (marks.at(-1)?.tokens ?? 0) - read);
    const commit = (): void => {
      for (const { hash } of marks) this.#written.add(hash);
    };
    return { input: total - read - written, written, read, commit };
  }
}

/** The order of a prompt: tools, system, messages. */
function piecesOf({ tools = [], system, messages }: CountRequest): Piece[] {
  const blocks: unknown[] = [
    ...tools,
    ...(typeof system === 'string' ? [{ text: system }] : (system ?? [])),
    ...messages.flatMap(({ role, content }): unknown[] =>
      typeof content === 'string' ? [{ role, content }] : content,
    ),
  ];
  return blocks.map((block) => {
    const { cache_control: mark, ...rest } = block as { cache_control?: unknown };
    return { text: JSON.stringify(rest), marked: mark !== undefined && mark !== null };
  });
}

function prefixesOf(pieces: readonly Piece[], model: string) {
  const hash = createHash('sha256').update(model);
  const marked: { hash: string; tokens: number }[] = [];
  let characters = 0;
  for (const piece of pieces) {
    hash.update(piece.text);
    characters += piece.text.length;
    if (piece.marked) marked.push({ hash: hash.copy().digest('hex'), tokens: toTokens(characters) });
  }
  return { total: toTokens(characters), marked };
}

/** Four characters a token: near enough for counting what is shared. */
export function toTokens(characters: number): number {
  return Math.ceil(characters / 4);
}
