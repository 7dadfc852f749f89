// Changed files → groups that are best read together: those of one folder, a test with its subject, an importer with what
// it imports.
import type { ChangedFile } from '../diff/changed-file.ts';

/** Every file stands in exactly one group; inside a group the order is that of the paths. */
export function groupFiles(files: readonly ChangedFile[]): ChangedFile[][] {
  const leaders = new Map(files.map(({ path }) => [path, path]));
  const leaderOf = (path: string): string => {
    const above = leaders.get(path) ?? path;
    if (above === path) return path;
    const top = leaderOf(above);
    leaders.set(path, top);
    return top;
  };
  const unite = (a: string, b: string): void => {
    leaders.set(leaderOf(a), leaderOf(b));
  };
  uniteBy(files, folderOf, unite);
  uniteBy(files, subjectOf, unite);
  const byStem = new Map(files.map(({ path }) => [withoutExtension(path), path]));
  for (const file of files) {
    for (const imported of readImports(file)) {
      const found = byStem.get(imported) ?? byStem.get(`${imported}/index`);
      if (found !== undefined) unite(file.path, found);
    }
  }
  const groups = new Map<string, ChangedFile[]>();
  for (const file of files) {
    const leader = leaderOf(file.path);
    groups.set(leader, [...(groups.get(leader) ?? []), file]);
  }
  return [...groups.values()].map((group) => group.sort((a, b) => (a.path < b.path ? -1 : 1)));
}

function uniteBy(
  files: readonly ChangedFile[],
  key: (path: string) => string | undefined,
  unite: (a: string, b: string) => void,
): void {
  const first = new Map<string, string>();
  for (const { path } of files) {
    const name = key(path);
    if (name === undefined) continue;
    const known = first.get(name);
    if (known === undefined) first.set(name, path);
    else unite(path, known);
  }
}

/** Files at the top have nothing in common but that. */
function folderOf(path: string): string | undefined {
  const end = path.lastIndexOf('/');
  return end < 0 ? undefined : path.slice(0, end);
}

/** `test/cart.test.ts`, `src/cart_test.go` and `src/cart.ts` are all about `cart`; short names say too little. */
function subjectOf(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const stem = name
    .replace(/\.[^.]+$/, '')
    .replace(/^test_|[._-](test|spec)$|_test$|Tests?$/, '')
    .toLowerCase();
  return stem.length < 4 || stem === 'index' || stem === 'main' ? undefined : stem;
}

function withoutExtension(path: string): string {
  return path.replace(/(?<=[^/])\.[^./]+$/, '');
}

/** Relative imports of JavaScript, TypeScript, Python and C that stand in the lines that are shown. */
const IMPORT =
  /(?:from|import|require\(|#include)\s*["'](\.{1,2}\/[^"']+|[^"'./][^"']*\.h)["']|^\s*from (\.+[\w.]*) import/;

function readImports({ path, hunks }: ChangedFile): string[] {
  const folder = folderOf(path)?.split('/') ?? [];
  return hunks.flatMap(({ lines }) =>
    lines.flatMap(({ text }) => {
      const [, relative, python] = IMPORT.exec(text) ?? [];
      if (relative !== undefined) return [withoutExtension(resolve(folder, relative.split('/')))];
      if (python === undefined) return [];
      const dots = /^\.+/.exec(python)?.[0].length ?? 1;
      const up = Array.from({ length: dots - 1 }, () => '..');
      return [resolve(folder, [...up, ...python.slice(dots).split('.')])];
    }),
  );
}

function resolve(folder: readonly string[], parts: readonly string[]): string {
  const at = [...folder];
  for (const part of parts) {
    if (part === '..') at.pop();
    else if (part !== '.' && part !== '') at.push(part);
  }
  return at.join('/');
}
