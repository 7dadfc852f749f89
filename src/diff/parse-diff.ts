// Output of `git diff --raw -z -p` → changed files. Paths come from the NUL-separated raw part, so no quoting
// rule of git's patch format can be misread; hunks come from the patch part, which lists the same files in the
// same order.
import type { ChangedFile, FileStatus, Hunk } from './changed-file.ts';
import { parseHunks } from './parse-hunks.ts';

const STATUS: Readonly<Record<string, FileStatus>> = {
  A: 'added',
  C: 'copied',
  D: 'deleted',
  M: 'modified',
  R: 'renamed',
  T: 'type_changed',
};

type RawEntry = Omit<ChangedFile, 'binary' | 'hunks'>;

/** Parses the whole output; throws when it is not what that git command prints. */
export function parseDiff(output: string): ChangedFile[] {
  const { entries, patch } = splitRaw(output);
  const sections = splitPatch(patch);
  let next = 0;
  const files = entries.map((entry) => {
    // A change of type (file ↔ symlink) is printed as a deletion and a creation: two sections, one entry.
    const count = entry.status === 'type_changed' ? 2 : 1;
    const own = sections.slice(next, next + count);
    next += count;
    if (own.length !== count) throw new Error(`git diff printed no patch section for ${entry.path}`);
    return {
      ...entry,
      binary: own.some((section) =>
        beforeHunks(section).some((line) => /^Binary files .* differ$/s.test(line)),
      ),
      hunks: own.flatMap(readHunks),
    };
  });
  if (next !== sections.length) throw new Error('git diff printed more patch sections than changed files');
  return files;
}

function splitRaw(output: string): { entries: RawEntry[]; patch: string } {
  const entries: RawEntry[] = [];
  let at = 0;
  const takeField = (): string => {
    const end = output.indexOf('\0', at);
    if (end < 0) throw new Error('git diff --raw -z ended inside an entry');
    const field = output.slice(at, end);
    at = end + 1;
    return field;
  };
  while (output[at] === ':') {
    const header = takeField();
    const match = /^:(\d{6}) (\d{6}) [0-9a-f]+ [0-9a-f]+ ([A-Z])\d*$/.exec(header);
    const status = match && STATUS[match[3] ?? ''];
    if (!match || !status)
      throw new Error(`git diff --raw printed an unknown entry: ${JSON.stringify(header)}`);
    const first = takeField();
    const renamed = status === 'renamed' || status === 'copied';
    entries.push({
      path: renamed ? takeField() : first,
      previousPath: renamed ? first : undefined,
      status,
      oldMode: match[1] ?? '',
      newMode: match[2] ?? '',
    });
  }
  // A NUL of its own parts the raw list from the patch.
  return { entries, patch: output.slice(output[at] === '\0' ? at + 1 : at) };
}

function splitPatch(patch: string): string[] {
  // Content lines start with ' ', '+', '-' or '\', so this text after a line feed is always a header. Only a line feed
  // ends a line of git's: `^` would also match after the other line ends that a file may hold.
  return `\n${patch}`
    .split('\ndiff --git ')
    .slice(1)
    .map((section) => `diff --git ${section}`);
}

function beforeHunks(section: string): readonly string[] {
  const lines = section.split('\n');
  const start = lines.findIndex((line) => line.startsWith('@@ '));
  return start < 0 ? lines : lines.slice(0, start);
}

/** Throws when git announces lines and none were read: a file must not look unchanged by mistake. */
function readHunks(section: string): Hunk[] {
  const hunks = parseHunks(section);
  const announced = beforeHunks(section).some((line) => line.startsWith('+++ '));
  if (announced && hunks.length === 0) throw new Error('the diff announces changed lines and has none');
  return hunks;
}
