// Seeded histories of one pull request: texts as code is, with what makes lines hard to find, and every kind of change that git
// knows. Out: files of the base and what the change makes of them.
import fc from 'fast-check';
import type { CommitInput } from '../../../simulator/github/local-github.ts';

export interface History {
  readonly base: CommitInput['files'];
  readonly baseModes: NonNullable<CommitInput['modes']>;
  readonly change: CommitInput['files'];
  readonly changeModes: NonNullable<CommitInput['modes']>;
  /** What was done, one for each file or pair of files. */
  readonly kinds: readonly Kind[];
}

export const KINDS = [
  'added',
  'binary',
  'CRLF',
  'deleted',
  'emptied',
  'file to symlink',
  'large hunk',
  'line ends added',
  'mode only',
  'modified',
  'moved block',
  'no newline at the end',
  'odd name',
  'renamed',
  'renamed with edits',
  'repeated lines',
  'submodule',
  'symlink',
] as const;
export type Kind = (typeof KINDS)[number];

/** What is found everywhere, what looks like git's own words, and what is not seen. */
const HARD_LINES = [
  '',
  '}',
  '  }',
  '\t}',
  'return;',
  '    return null;',
  'const a = 1;',
  'const a  =  1;',
  '-- a',
  '++ b',
  '--- a/x',
  '+++ b/x',
  '@@ -1 +1 @@',
  'diff --git a/x b/x',
  '\\ No newline at end of file',
  '```js',
  '~~~',
  'if (role !== "admin\u202E \u2066// only\u2069 \u2066") {',
  'zero\u200Bwidth = true;',
  '\uFEFFusing System;',
  'a\u2028b separator inside',
  'carriage \r return inside',
  'form \f feed',
  '日本語のコメント、テスト 🎉',
  'e\u0301 is not é',
  '=== "src/other.ts" (modified)',
  '    1     1 +| looks like a row',
  '⟦U+202E⟧ and ␊ as they are',
  `const long = '${'0123456789'.repeat(230)}';`,
];

export const ODD_NAMES = [
  'a b.txt',
  'ünï.txt',
  'e\u0301.txt',
  '日本語.md',
  'party 🎉.txt',
  '-dash.txt',
  '--output=x.txt',
  'q"uo\'te.txt',
  'back\\slash.txt',
  'new\nline.txt',
  'tab\there.txt',
  ':(glob)colon.txt',
  '*.txt',
  'a[1]?.txt',
  '%41$HOME.txt',
  '@{u}.txt',
  'turned\u202Etxt.js',
  '`tick`|pipe<b>.md',
];

const plainLine = fc
  .tuple(fc.constantFrom('const', 'call', 'await', 'if'), fc.nat(99_999), fc.nat(3))
  .map(([word, number, depth]) => `${'  '.repeat(depth)}${word} ${number.toString(36)} = f(${number});`);
export const codeLine = fc.oneof(
  { weight: 3, arbitrary: plainLine },
  { weight: 2, arbitrary: fc.constantFrom(...HARD_LINES) },
);
const block = (minLength: number, maxLength: number) => fc.array(codeLine, { minLength, maxLength });

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: readonly string[];
}

/** Where, as a share of the text, so that it fits any length. */
const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(4),
    insert: fc.array(codeLine, { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 4 },
);

function applyEdits(lines: readonly string[], list: readonly Edit[]): string[] {
  return list.reduce<string[]>(
    (text, { at, remove, insert }) => text.toSpliced(Math.floor(at * text.length), remove, ...insert),
    [...lines],
  );
}

const join = (lines: readonly string[], ending = '\n'): string => lines.map((line) => line + ending).join('');

type Piece = Omit<History, 'kinds'> & { readonly kind: Kind };

/** Two versions of one file under a name; undefined: it is not there. */
function piece(
  kind: Kind,
  path: string,
  [before, after]: readonly [string | Buffer | undefined, string | Buffer | null],
  modes: readonly [(string | undefined)?, string?] = [],
): Piece {
  const mode = (at: 0 | 1): History['baseModes'] =>
    modes[at] === undefined ? {} : ({ [path]: modes[at] } as History['baseModes']);
  return {
    kind,
    base: before === undefined ? {} : { [path]: before },
    baseModes: mode(0),
    change: { [path]: after },
    changeModes: mode(1),
  };
}

function renamed(kind: Kind, from: string, to: string, before: string, after: string): Piece {
  return {
    kind,
    base: { [from]: before },
    baseModes: {},
    change: { [from]: null, [to]: after },
    changeModes: {},
  };
}

const bytes = fc.uint8Array({ minLength: 5, maxLength: 60 }).map((all) => Buffer.from([0, 1, ...all]));
const commit = fc.stringMatching(/^[0-9a-f]{40}$/);

/** `folder` keeps the files of one piece apart from those of others. */
function drawPiece(kind: Kind, folder: string): fc.Arbitrary<Piece> {
  const path = `${folder}/file.js`;
  const modified = fc
    .tuple(block(4, 40), edits)
    .map(([lines, list]) => [lines, applyEdits(lines, list)] as const);
  switch (kind) {
    case 'added':
      return block(1, 20).map((lines) => piece(kind, path, [undefined, join(lines)]));
    case 'binary':
      return fc.tuple(bytes, bytes).map(([a, b]) => piece(kind, `${folder}/image.bin`, [a, b]));
    case 'CRLF':
      return modified.map(([a, b]) => piece(kind, path, [join(a, '\r\n'), join(b, '\r\n')]));
    case 'deleted':
      return block(1, 20).map((lines) => piece(kind, path, [join(lines), null]));
    case 'emptied':
      return block(1, 5).map((lines) => piece(kind, path, [join(lines), '']));
    case 'file to symlink':
      return block(1, 3).map((lines) =>
        piece(kind, path, [join(lines), '../elsewhere'], [undefined, '120000']),
      );
    case 'large hunk':
      return block(150, 220).map((lines) =>
        piece(kind, path, ['first\nlast\n', `first\n${join(lines)}last\n`]),
      );
    case 'line ends added':
      return block(2, 10).map((lines) => piece(kind, path, [join(lines), join(lines, '\r\n')]));
    case 'mode only':
      return block(1, 5).map((lines) => piece(kind, path, [join(lines), join(lines)], [undefined, '100755']));
    case 'modified':
      return modified.map(([a, b]) => piece(kind, path, [join(a), join(b)]));
    case 'moved block':
      return fc.tuple(block(3, 8), block(10, 25), block(10, 25)).map(([moved, a, b]) => {
        return piece(kind, path, [join([...moved, ...a, ...b]), join([...a, ...moved, ...b])]);
      });
    case 'no newline at the end':
      return modified.map(([a, b]) =>
        piece(kind, path, [join([...a, 'end']).trimEnd(), join([...b, 'END']).trimEnd()]),
      );
    case 'odd name':
      return fc
        .tuple(fc.constantFrom(...ODD_NAMES), modified)
        .map(([name, [a, b]]) => piece(kind, `${folder}/${name}`, [join(a), join(b)]));
    case 'renamed':
      return block(5, 20).map((lines) =>
        renamed(kind, path, `${folder}/moved to.js`, join(lines), join(lines)),
      );
    case 'renamed with edits':
      return fc.tuple(block(30, 50), codeLine).map(([lines, line]) => {
        const after = applyEdits(lines, [{ at: 0.5, remove: 1, insert: [line, 'changed as well'] }]);
        return renamed(kind, path, `${folder}/moved to.js`, join(lines), join(after));
      });
    case 'repeated lines':
      return fc
        .tuple(fc.array(fc.constantFrom('a();', 'b();', '}', ''), { minLength: 20, maxLength: 40 }), edits)
        .map(([lines, list]) => piece(kind, path, [join(lines), join(applyEdits(lines, list))]));
    case 'submodule':
      return fc
        .tuple(commit, commit)
        .map(([a, b]) => piece(kind, `${folder}/module`, [a, b], ['160000', '160000']));
    case 'symlink':
      return fc.constant(piece(kind, `${folder}/link`, ['../a', '/etc/passwd'], ['120000', '120000']));
  }
}

/** Each of some kinds, in a folder of its own. */
export const histories: fc.Arbitrary<History> = fc
  .shuffledSubarray([...KINDS], { minLength: 7, maxLength: 11 })
  .chain((kinds) => fc.tuple(...kinds.map((kind, at) => drawPiece(kind, `d${at}`))))
  .map((pieces) => ({
    base: Object.assign({ 'README.md': '# It\n' }, ...pieces.map(({ base }) => base)) as History['base'],
    baseModes: Object.assign({}, ...pieces.map(({ baseModes }) => baseModes)) as History['baseModes'],
    change: Object.assign({}, ...pieces.map(({ change }) => change)) as History['change'],
    changeModes: Object.assign({}, ...pieces.map(({ changeModes }) => changeModes)) as History['changeModes'],
    kinds: pieces.map(({ kind }) => kind),
  }));
