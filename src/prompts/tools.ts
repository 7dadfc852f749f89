// The tools a reviewer reads code with: names, words and inputs. All of them only read.
import * as z from 'zod';

export const readFileInput = z.strictObject({
  path: z.string().describe('Path of the file at the head of the pull request.'),
  from_line: z.int().describe('First line to read; 1 for the beginning.'),
  to_line: z.int().describe('Last line to read; at most 400 lines are returned.'),
});

export const searchCodeInput = z.strictObject({
  pattern: z.string().describe('What to look for.'),
  is_regex: z
    .boolean()
    .describe('True for a POSIX extended regular expression, false for the text as it is.'),
  folder: z.string().describe('Folder or file to search below; empty for the whole repository.'),
});

export const listFilesInput = z.strictObject({
  folder: z.string().describe('Folder to list; empty for the top of the repository.'),
});

export const showDiffInput = z.strictObject({
  path: z.string().describe('Path of another file that this pull request changes.'),
});

export interface ToolWords {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodObject;
}

export const READING_TOOLS: readonly ToolWords[] = [
  {
    name: 'read_file',
    description: 'Reads lines of a file as it is at the head of the pull request, with line numbers.',
    input: readFileInput,
  },
  {
    name: 'search_code',
    description:
      'Finds lines in the files at the head of the pull request: callers, definitions, tests, configuration.',
    input: searchCodeInput,
  },
  {
    name: 'list_files',
    description: 'Lists the names in one folder at the head of the pull request.',
    input: listFilesInput,
  },
  {
    name: 'show_diff',
    description: 'Shows what the pull request changes in another of its files.',
    input: showDiffInput,
  },
];
