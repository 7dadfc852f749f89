// Output of `git diff --raw --numstat -z` → every changed file with its modes, object ids and number of changed lines.
// Fields end with NUL, so no path can be misread.
import type { FileStatus, ListedFile } from './changed-file.ts';

const STATUS: Readonly<Record<string, FileStatus>> = {
  A: 'added',
  C: 'copied',
  D: 'deleted',
  M: 'modified',
  R: 'renamed',
  T: 'type_changed',
};

type Entry = Omit<ListedFile, 'binary' | 'added' | 'deleted'>;

/** Throws when it is not what that git command prints. */
export function parseListing(output: string): ListedFile[] {
  const { entries, rest } = takeRawEntries(output);
  const counts = takeCounts(rest);
  return entries.map((entry) => {
    const count = counts.get(entry.path);
    if (!count) throw new Error(`git diff --numstat printed no line for ${entry.path}`);
    return { ...entry, ...count };
  });
}

/** The entries with which `--raw -z` begins, and what stands behind them. */
export function takeRawEntries(output: string): { readonly entries: Entry[]; readonly rest: string } {
  const entries: Entry[] = [];
  const fields = readFields(output);
  while (output[fields.at()] === ':') {
    const header = fields.take();
    const match = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(header);
    const status = match && STATUS[match[5] ?? ''];
    if (!match || !status)
      throw new Error(`git diff --raw printed an unknown entry: ${JSON.stringify(header)}`);
    const first = fields.take();
    const renamed = status === 'renamed' || status === 'copied';
    entries.push({
      path: renamed ? fields.take() : first,
      previousPath: renamed ? first : undefined,
      status,
      oldMode: match[1] ?? '',
      newMode: match[2] ?? '',
      oldOid: match[3] ?? '',
      newOid: match[4] ?? '',
    });
  }
  // A NUL of its own parts the raw list from a patch.
  const at = fields.at();
  return { entries, rest: output.slice(output[at] === '\0' ? at + 1 : at) };
}

interface Counted {
  readonly binary: boolean;
  readonly added: number;
  readonly deleted: number;
}

function takeCounts(output: string): Map<string, Counted> {
  const counts = new Map<string, Counted>();
  const fields = readFields(output);
  while (fields.at() < output.length) {
    const [, added, deleted, name = ''] = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(fields.take()) ?? [];
    if (added === undefined || deleted === undefined) throw new Error('git diff --numstat printed no counts');
    // A rename has its two names in fields of their own.
    if (name === '') fields.take();
    const path = name === '' ? fields.take() : name;
    const binary = added === '-';
    counts.set(path, { binary, added: binary ? 0 : Number(added), deleted: binary ? 0 : Number(deleted) });
  }
  return counts;
}

function readFields(output: string): { at(): number; take(): string } {
  let at = 0;
  return {
    at: () => at,
    take: () => {
      const end = output.indexOf('\0', at);
      if (end < 0) throw new Error('git diff -z ended inside an entry');
      const field = output.slice(at, end);
      at = end + 1;
      return field;
    },
  };
}
