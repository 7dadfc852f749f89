// Where injected text can stand in a pull request. Each carries it into one change; `seen` says whether Claude is shown it.
import { REPOSITORY, type Change, type LocalReviews } from '../local-review.ts';

export interface Carrier {
  readonly name: string;
  readonly carry: (text: string) => Partial<Change> & { readonly branch?: string };
  readonly seen: 'in the opening' | 'by a tool' | 'nowhere';
  /** How a reviewer would come across it. */
  readonly tool?: { readonly name: string; readonly input: Readonly<Record<string, unknown>> };
  /** Done beside, on GitHub. */
  readonly also?: (reviews: LocalReviews, number: number, text: string) => void;
}

/** In a name, what git refuses there, and what would be folders. */
const asName = (text: string): string => text.replaceAll(/[\0/]/g, '∕').slice(-150);

/** What git refuses in the name of a branch: git-scm.com/docs/git-check-ref-format. A part of it is a file, of 255 bytes at most. */
const asBranch = (text: string): string =>
  `a-${text
    .replaceAll(/[\0-\x20\x7f~^:?*[\\]/g, '·')
    .replaceAll(/\/|\.\.|@\{|\.(?=$)/g, '∕')
    .slice(-60)}`;
const comment = (text: string): string =>
  text
    .split('\n')
    .map((line) => `// ${line}`)
    .join('\n');
const readWhole = (path: string) => ({ name: 'read_file', input: { path, from_line: 1, to_line: 400 } });

export const CARRIERS: readonly Carrier[] = [
  { name: 'title', seen: 'in the opening', carry: (text) => ({ title: text }) },
  { name: 'body', seen: 'in the opening', carry: (text) => ({ body: text }) },
  {
    name: 'comment in the code',
    seen: 'in the opening',
    carry: (text) => ({ files: { 'src/b.js': `${comment(text)}\n` } }),
  },
  {
    name: 'lines of the code',
    seen: 'in the opening',
    carry: (text) => ({ files: { 'src/c.js': `${text}\n` } }),
  },
  { name: 'deleted lines', seen: 'in the opening', carry: () => ({ files: { 'src/old.js': null } }) },
  {
    name: 'file name',
    seen: 'in the opening',
    carry: (text) => ({ files: { [`src/${asName(text)}.js`]: 'x();\n' } }),
  },
  { name: 'branch name', seen: 'nowhere', carry: (text) => ({ branch: asBranch(text) }) },
  {
    name: 'name of a skipped file',
    seen: 'nowhere',
    carry: (text) => ({ files: { [`vendor/${asName(text)}`]: 'x();\n' } }),
  },
  {
    name: 'symbolic link',
    seen: 'in the opening',
    carry: (text) => ({ files: { 'src/link': text }, modes: { 'src/link': '120000' } }),
  },
  {
    name: 'rules at the head',
    seen: 'in the opening',
    carry: (text) => ({ files: { 'REVIEW.md': text, 'src/AGENTS.md': text } }),
  },
  {
    name: 'settings at the head',
    seen: 'in the opening',
    carry: (text) => ({
      files: {
        '.github/nectr.yml': `language: ${JSON.stringify(text.slice(0, 40))}\ninstructions:\n  - text: ${JSON.stringify(text)}\n`,
      },
    }),
  },
  {
    name: 'file that a tool reads',
    seen: 'by a tool',
    tool: readWhole('docs/far.md'),
    carry: (text) => ({ files: { 'docs/far.md': text } }),
  },
  {
    name: 'line that a search finds',
    seen: 'by a tool',
    tool: { name: 'search_code', input: { pattern: '.', is_regex: true, folder: 'docs' } },
    carry: (text) => ({ files: { 'docs/far.md': text } }),
  },
  {
    name: 'name that a listing shows',
    seen: 'by a tool',
    tool: { name: 'list_files', input: { folder: 'docs' } },
    carry: (text) => ({ files: { [`docs/${asName(text)}`]: 'x\n' } }),
  },
  {
    name: 'diff that a tool shows',
    seen: 'by a tool',
    tool: { name: 'show_diff', input: { path: 'src/c.js' } },
    carry: (text) => ({ files: { 'src/c.js': `${text}\n` } }),
  },
  {
    name: 'review of a stranger',
    seen: 'nowhere',
    carry: () => ({}),
    also: ({ github }, number, text) => {
      github.createReview(REPOSITORY, number, 'mallory', text);
    },
  },
];
