// The reviewer's prompt, as any reader of it would take it → the added lines of each file.
import type { MessageRequest } from './request.ts';

export interface AddedLine {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** Reads every user message: a file begins with `=== "path" (…)`, a line of it is numbers, sign, bar and code. */
export function readAddedLines({ messages }: MessageRequest): AddedLine[] {
  const added: AddedLine[] = [];
  let path = '';
  for (const row of messages.flatMap(readText).join('\n').split('\n')) {
    const file = /^=== ("(?:[^"\\]|\\.)*") \(/.exec(row);
    if (file) path = JSON.parse(file[1] ?? '""') as string;
    const [, line, text] = /^ *(\d+) \+\| (.*)$/.exec(row) ?? [];
    if (line !== undefined && path !== '') added.push({ path, line: Number(line), text: text ?? '' });
  }
  return added;
}

function readText({ role, content }: MessageRequest['messages'][number]): string[] {
  if (role !== 'user') return [];
  if (typeof content === 'string') return [content];
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
}
