// The files between two commits, as `GET /pulls/{n}/files` and comparisons list them, with renames found by git.
import { readForever } from './run-git.ts';

export interface ChangedFile {
  readonly path: string;
  readonly previousPath: string | undefined;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  /** The blob at the head, or at the base when it was deleted. */
  readonly blob: string;
  readonly additions: number;
  readonly deletions: number;
  /** Undefined for binary files and pure renames. */
  readonly patch: string | undefined;
}

const STATUSES = { A: 'added', D: 'removed', M: 'modified', R: 'renamed', T: 'changed' } as const;
const DIFF = ['diff', '--no-color', '--no-ext-diff', '--no-textconv', '-M'];

export async function listChangedFiles(gitDir: string, base: string, head: string): Promise<ChangedFile[]> {
  const [output, patches] = await Promise.all([
    readForever(gitDir, [...DIFF, '--raw', '--no-abbrev', '--numstat', '-z', base, head]),
    readForever(gitDir, [...DIFF, '-p', '-U3', base, head]),
  ]);
  const fields = output.toString('utf8').split('\0');
  const files = readRaw(fields);
  const counts = readCounts(fields.slice(files.reduce((sum, { taken }) => sum + taken, 0)));
  // In the order of the listing. A line of a file never starts so: before it stands its sign. Only a line feed ends a line.
  const sections = `\n${patches.toString('utf8')}`.split('\ndiff --git ').slice(1);
  return files.map(({ taken: _taken, ...file }) => ({
    ...file,
    ...(counts.get(file.path) ?? { additions: 0, deletions: 0 }),
    // A file that became a link is deleted and created, in two sections.
    patch: readPatch(sections.splice(0, file.status === 'changed' ? 2 : 1).join('\n')),
  }));
}

function readPatch(section: string): string | undefined {
  const start = section.search(/^@@ /m);
  return start < 0 ? undefined : section.slice(start).replace(/\n$/, '');
}

/** The same without reading what changed in each. */
export async function countChanges(
  gitDir: string,
  base: string,
  head: string,
): Promise<{ readonly files: number; readonly additions: number; readonly deletions: number }> {
  const output = await readForever(gitDir, [...DIFF, '--numstat', '-z', base, head]);
  const counts = [...readCounts(output.toString('utf8').split('\0')).values()];
  const sum = (pick: (count: (typeof counts)[number]) => number): number =>
    counts.reduce((total, count) => total + pick(count), 0);
  return {
    files: counts.length,
    additions: sum((one) => one.additions),
    deletions: sum((one) => one.deletions),
  };
}

type RawFile = Pick<ChangedFile, 'path' | 'previousPath' | 'status' | 'blob'> & { readonly taken: number };

/** `:100644 100644 <blob> <blob> R100`, then one path, or two of a rename. */
function readRaw(fields: readonly string[]): RawFile[] {
  const files: RawFile[] = [];
  for (let at = 0; fields[at]?.startsWith(':') === true;) {
    const [, , before = '', after = '', letter = ''] = (fields[at] ?? '').split(' ');
    const status = STATUSES[letter[0] as keyof typeof STATUSES];
    const renamed = status === 'renamed';
    files.push({
      path: fields[at + (renamed ? 2 : 1)] ?? '',
      previousPath: renamed ? fields[at + 1] : undefined,
      status,
      blob: status === 'removed' ? before : after,
      taken: renamed ? 3 : 2,
    });
    at += renamed ? 3 : 2;
  }
  return files;
}

/** `12\t3\tpath`, or `12\t3\t` with both paths of a rename behind it; `-` for binary files. */
function readCounts(fields: readonly string[]): Map<string, { additions: number; deletions: number }> {
  const counts = new Map<string, { additions: number; deletions: number }>();
  for (let at = 0; at < fields.length; at += 1) {
    const [, additions, deletions, path] = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(fields[at] ?? '') ?? [];
    if (additions === undefined) continue;
    const isRename = path === '';
    counts.set(isRename ? (fields[at + 2] ?? '') : (path ?? ''), {
      additions: Number(additions) || 0,
      deletions: Number(deletions) || 0,
    });
    if (isRename) at += 2;
  }
  return counts;
}
