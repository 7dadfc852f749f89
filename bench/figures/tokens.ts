// What the first request of a review holds beyond the numbered diff, in tokens. Counted with the tokenizer that Anthropic
// has published: that of newer models is not, and gives about a third more for both sides of the ratio.
import type { Benchmark, Row } from '../figure.ts';
import { formatCount } from '../format.ts';
import { openLocalReviews } from '../../test/prove/review/local-review.ts';
import { findings } from '../../test/dist/stage.ts';

interface Size {
  readonly name: string;
  readonly files: number;
  readonly lines: number;
}

const SMALL: Size = { name: '1 file, 20 lines', files: 1, lines: 20 };
const MIDDLE: Size = { name: '30 files, 1,500 lines', files: 30, lines: 1500 };

export const tokens: Benchmark = {
  name: 'tokens',
  run: async () => {
    const count = await openTokenizer();
    const small = await measure(SMALL, count);
    const middle = await measure(MIDDLE, count);
    return [
      describe(SMALL, small, small.all - small.diff, {
        kind: 'at most',
        value: 3000,
        unit: 'tokens beyond it',
      }),
      describe(MIDDLE, middle, middle.all / middle.diff, { kind: 'at most', value: 1.25 }),
    ];
  },
};

interface Counted {
  readonly all: number;
  readonly diff: number;
}

function describe(
  { name }: Size,
  { all, diff }: Counted,
  value: number,
  bound: NonNullable<Row['bound']>,
): Row {
  return {
    what: `input tokens of the first request, ${name}`,
    beside: 'the numbered diff in it',
    ours: formatCount(all),
    theirs: formatCount(diff),
    ratio: { median: value, least: value, most: value },
    bound,
  };
}

async function measure({ files, lines }: Size, count: (text: string) => number): Promise<Counted> {
  const compose = (each: (at: number) => string): Record<string, string> =>
    Object.fromEntries(Array.from({ length: files }, (_, at) => [`src/orders/part${at}.ts`, each(at)]));
  await using reviews = await openLocalReviews({ base: compose(composeFile), script: () => findings() });
  const added = Math.ceil(lines / files);
  const pull = await reviews.open('change', {
    files: compose((at) => composeFile(at) + composeAddition(at, added)),
  });
  await reviews.review(pull);
  const [request] = reviews.claude.requests;
  if (!request) throw new Error('Claude was not asked');
  const texts = request.messages.flatMap(({ content }) =>
    typeof content === 'string'
      ? [content]
      : content.flatMap((block) => ('text' in block && typeof block.text === 'string' ? [block.text] : [])),
  );
  const all = [JSON.stringify(request.system), JSON.stringify(request.tools), ...texts].join('\n');
  const diff = texts
    .flatMap((text) => text.split('\n'))
    .filter(isDiffLine)
    .join('\n');
  return { all: count(all), diff: count(diff) };
}

/** As src/prompts/render-file.ts writes them. */
function isDiffLine(line: string): boolean {
  return line === '@@' || line.startsWith('=== ') || /^[ \d]{5} [ \d]{5} [+ -]\| /.test(line);
}

function composeFile(at: number): string {
  return Array.from(
    { length: 30 },
    (_, line) => `export const limit${line} = readLimit('orders.${at}.${line}');\n`,
  ).join('');
}

function composeAddition(at: number, lines: number): string {
  return Array.from(
    { length: lines },
    (_, line) =>
      `  if (order.items[${line}]?.price > limit${line % 30}) throw new RangeError(describeOrder(order, ${at}));\n`,
  ).join('');
}

/** Loaded when it is needed: it is installed with the benchmarks alone. */
async function openTokenizer(): Promise<(text: string) => number> {
  const name = '@anthropic-ai/tokenizer';
  const { countTokens } = (await import(name)) as { countTokens: (text: string) => number };
  return countTokens;
}
