// Output of `git diff --raw -z -p` → changed files. Paths come from the NUL-separated raw part, so no quoting
// rule of git's patch format can be misread; hunks come from the patch part, which lists the same files in the
// same order.
import type { ChangedFile, DiffLine, Hunk } from './changed-file.ts';
import { parseHunks } from './parse-hunks.ts';
import { takeRawEntries } from './parse-listing.ts';

/** Parses the whole output; throws when it is not what that git command prints. */
export function parseDiff(output: string): ChangedFile[] {
  const { entries, rest: patch } = takeRawEntries(output);
  const sections = splitPatch(patch);
  let next = 0;
  const files = entries.map((entry) => {
    // A change of type (file ↔ symlink) is printed as a deletion and a creation: two sections, one entry.
    const expected = entry.status === 'type_changed' ? 2 : 1;
    const own = sections.slice(next, next + expected);
    next += expected;
    if (own.length !== expected) throw new Error(`git diff printed no patch section for ${entry.path}`);
    const hunks = own.flatMap(readHunks);
    const count = (kind: DiffLine['kind']): number =>
      hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.kind === kind).length, 0);
    const binary = own.some((section) =>
      beforeHunks(section).some((line) => /^Binary files .* differ$/s.test(line)),
    );
    return { ...entry, binary, added: count('added'), deleted: count('deleted'), hunks };
  });
  if (next !== sections.length) throw new Error('git diff printed more patch sections than changed files');
  return files;
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
