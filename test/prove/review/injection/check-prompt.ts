// What Claude was sent → lines that are neither ours nor marked as text of others: those would have left their block. Every
// character that ends a line somewhere counts as an end.
import type { MessageRequest } from '../../../../simulator/claude/request.ts';

const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;
/** Each begins with a mark that only our code writes, and holds strangers' text behind it. */
const MARKED: readonly RegExp[] = [
  /^\| /,
  /^ *\d* +\d* [+ -]\| /,
  /^ *\d+\| /,
  new RegExp(`^=== ${QUOTED} \\(`),
  new RegExp(`^(?:- )?${QUOTED}(?::|:\\d+\\| .*|, lines \\d+ to \\d+ of \\d+:| is .*)?$`),
  new RegExp(`^F\\d+ ${QUOTED} line -?\\d+$`),
  new RegExp(`^Finding F\\d+ \\(\\w+, \\w+\\) in ${QUOTED}, line -?\\d+, (?:RIGHT|LEFT)$`),
  /^Give your verdicts on [F\d, ]+: call submit_verdicts\.$/,
  /^Pull request #\d+$/,
  /^(?:@@|)$/,
];

/** Our own lines, each with how often it stands there. */
export function readOwnLines({ messages }: MessageRequest): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of messages
    .flatMap(readTexts)
    .flatMap((text) => text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/))) {
    if (!MARKED.some((mark) => mark.test(line))) counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}

function readTexts({ role, content }: MessageRequest['messages'][number]): string[] {
  if (role !== 'user') return [];
  if (typeof content === 'string') return [content];
  return content.flatMap((block) => {
    if (block.type === 'text') return [block.text];
    return block.type === 'tool_result' && typeof block.content === 'string' ? [block.content] : [];
  });
}

/** `clean` is what prompts without any injection hold. */
export function findEscapes(
  requests: readonly MessageRequest[],
  clean: ReadonlyMap<string, number>,
): string[] {
  return requests.flatMap((request) =>
    [...readOwnLines(request)].flatMap(([line, count]) =>
      count > (clean.get(line) ?? 0) ? [`${count} times ${JSON.stringify(line.slice(0, 120))}`] : [],
    ),
  );
}
