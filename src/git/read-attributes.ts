// Paths → what `.gitattributes` of one commit say about them, as git itself reads them. The commit is the base: a pull
// request cannot mark its own files as generated.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit, type GitOptions } from './run-git.ts';

export interface LinguistFlags {
  /** Undefined: not said. `false` says that a file is to be reviewed although its name looks otherwise. */
  readonly generated: boolean | undefined;
  readonly vendored: boolean | undefined;
}

const NAMES = ['linguist-generated', 'linguist-vendored'] as const;

/** Reads the commit's tree into an index of this call alone, since git takes attributes from an index or a work tree. */
export async function readAttributes(
  commit: string,
  paths: readonly string[],
  git: GitOptions,
): Promise<ReadonlyMap<string, LinguistFlags>> {
  if (paths.length === 0) return new Map();
  const indexFile = join(git.gitDir, `attributes-${randomUUID()}`);
  const withIndex = { ...git, indexFile };
  try {
    await runGit(['read-tree', '--end-of-options', commit], withIndex);
    const input = paths.map((path) => `${path}\0`).join('');
    const output = await runGit(['check-attr', '--cached', '--stdin', '-z', ...NAMES], {
      ...withIndex,
      input,
    });
    return parseAttributes(output.toString('utf8'));
  } finally {
    await rm(indexFile, { force: true });
  }
}

/** Path, attribute and value, each ended by NUL. */
function parseAttributes(output: string): Map<string, LinguistFlags> {
  const fields = output.split('\0');
  const flags = new Map<string, { generated: boolean | undefined; vendored: boolean | undefined }>();
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = '', name, value = ''] = fields.slice(at, at + 3);
    const entry = flags.get(path) ?? { generated: undefined, vendored: undefined };
    if (name === NAMES[0]) entry.generated = readFlag(value);
    else entry.vendored = readFlag(value);
    flags.set(path, entry);
  }
  return flags;
}

/** `=true` and a bare name set it, `=false` and `-name` unset it. */
function readFlag(value: string): boolean | undefined {
  if (value === 'set' || value === 'true') return true;
  return value === 'unset' || value === 'false' ? false : undefined;
}
