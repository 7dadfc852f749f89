// What a reviewer asks to see of the code → text. Every mistake in the question is an answer that says so; nothing is read
// that is not in the commit.
import * as z from 'zod';
import type { ChangedFile } from '../diff/changed-file.ts';
import type { CodeTree } from '../git/open-code-tree.ts';
import { quoteLines, quotePath, quoteText, showHidden } from '../prompts/quote-text.ts';
import { renderFile } from '../prompts/render-file.ts';
import { listFilesInput, readFileInput, searchCodeInput, showDiffInput } from '../prompts/tools.ts';

export interface Code {
  readonly tree: CodeTree;
  /** Every file of the pull request whose change can be shown. */
  readonly files: readonly ChangedFile[];
}

export interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
}

const MAX_LINES = 400;
/** Of one answer: about 8,000 tokens. */
export const MAX_ANSWER_CHARACTERS = 30_000;

export async function readCode(code: Code, name: string, input: unknown): Promise<ToolAnswer> {
  const answer = await answerTool(code, name, input).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse(`It could not be read: ${showHidden(reason.slice(0, 300))}.`);
  });
  if (answer.text.length <= MAX_ANSWER_CHARACTERS) return answer;
  // Whole lines only: what is left of a line could look like something else.
  const kept = answer.text.slice(0, MAX_ANSWER_CHARACTERS);
  return { ...answer, text: `${kept.slice(0, kept.lastIndexOf('\n'))}\n(cut here: ask for less)` };
}

async function answerTool(code: Code, name: string, input: unknown): Promise<ToolAnswer> {
  switch (name) {
    case 'read_file':
      return withInput(readFileInput, input, (asked) => readLines(code, asked));
    case 'search_code':
      return withInput(searchCodeInput, input, (asked) => search(code, asked));
    case 'list_files':
      return withInput(listFilesInput, input, ({ folder }) => list(code, folder));
    case 'show_diff':
      return withInput(showDiffInput, input, ({ path }) => Promise.resolve(showDiff(code, path)));
    default:
      return refuse(`There is no tool ${JSON.stringify(name)}.`);
  }
}

async function withInput<T>(
  schema: z.ZodType<T>,
  input: unknown,
  answer: (input: T) => Promise<ToolAnswer>,
): Promise<ToolAnswer> {
  const parsed = schema.safeParse(input);
  return parsed.success
    ? answer(parsed.data)
    : refuse(`The input is not valid: ${z.prettifyError(parsed.error)}`);
}

async function readLines(
  { tree }: Code,
  { path, from_line: from, to_line: to }: z.infer<typeof readFileInput>,
) {
  const file = await tree.readFile(path);
  switch (file.kind) {
    case 'text': {
      const lines = file.text.replace(/\n$/, '').split(/\r?\n/);
      const first = Math.max(1, from);
      const last = Math.min(lines.length, to, first + MAX_LINES - 1);
      if (first > lines.length) return refuse(`${quotePath(path)} has only ${lines.length} lines.`);
      if (last < first) return refuse('`to_line` must not be below `from_line`.');
      const shown = quoteLines(lines.slice(first - 1, last).map(shorten), first);
      return tell(`${quotePath(path)}, lines ${first} to ${last} of ${lines.length}:\n${shown}`);
    }
    case 'symlink':
      return tell(
        `${quotePath(path)} is a symbolic link; it is not followed. It leads to:\n${quoteText(file.target)}`,
      );
    case 'too_large':
      return refuse(
        `${quotePath(path)} has ${file.bytes} bytes, which is too much to read; search in it instead.`,
      );
    case 'folder':
      return refuse(`${quotePath(path)} is a folder; use list_files.`);
    case 'submodule':
    case 'binary':
      return refuse(`${quotePath(path)} is a ${file.kind === 'binary' ? 'binary file' : 'submodule'}.`);
    case 'missing':
      return refuse(
        `${quotePath(path)} is not in this repository. Paths begin at its top, such as "src/main.ts".`,
      );
  }
}

function shorten(line: string): string {
  return line.length > 2_000 ? `${line.slice(0, 2_000)} […]` : line;
}

async function search(
  { tree }: Code,
  { pattern, is_regex: isRegex, folder }: z.infer<typeof searchCodeInput>,
) {
  if (pattern === '' || /[\n\0]/.test(pattern)) return refuse('The pattern must be one line of text.');
  const found = await tree.search({ pattern, isRegex, folder });
  if (found.kind === 'refused') return refuse(`Not searched: ${showHidden(found.reason)}.`);
  if (found.matches.length === 0) return tell('No line matches.');
  const lines = found.matches.map(
    ({ path, line, text }) => `${quotePath(path)}:${line}| ${showHidden(text)}`,
  );
  return tell([...lines, ...(found.more ? ['(more lines match: narrow the search)'] : [])].join('\n'));
}

async function list({ tree }: Code, folder: string): Promise<ToolAnswer> {
  const names = await tree.listFolder(folder);
  if (!names) return refuse(`${quotePath(folder)} is no folder of this repository.`);
  return tell(names.map(quotePath).join('\n'));
}

function showDiff({ files }: Code, path: string): ToolAnswer {
  const file = files.find((candidate) => candidate.path === path);
  return file
    ? tell(renderFile(file))
    : refuse(`${quotePath(path)} is not among the changed files that can be shown.`);
}

function tell(text: string): ToolAnswer {
  return { text, isError: false };
}

function refuse(text: string): ToolAnswer {
  return { text, isError: true };
}
