// Literal changed files for tests of the pure stages.
import type { ChangedFile } from '../src/diff/changed-file.ts';
import { parseHunks } from '../src/diff/parse-hunks.ts';
import type { Finding } from '../src/findings/finding.ts';

/** A file whose only line was changed, unless told otherwise. */
export function changedFile(path: string, more: Partial<ChangedFile> & { patch?: string } = {}): ChangedFile {
  const { patch = '@@ -1 +1 @@\n-before\n+after', ...rest } = more;
  const hunks = parseHunks(patch);
  const count = (kind: string) =>
    hunks.flatMap(({ lines }) => lines).filter((line) => line.kind === kind).length;
  return {
    path,
    previousPath: undefined,
    status: 'modified',
    oldMode: '100644',
    newMode: '100644',
    oldOid: '1'.repeat(40),
    newOid: '2'.repeat(40),
    binary: false,
    added: count('added'),
    deleted: count('deleted'),
    hunks,
    ...rest,
  };
}

export function someFinding(more: Partial<Finding> = {}): Finding {
  return {
    path: 'a.ts',
    side: 'RIGHT',
    line: 1,
    quote: 'after',
    severity: 'major',
    category: 'correctness',
    title: 'A title',
    explanation: 'An explanation.',
    scenario: 'A scenario.',
    ...more,
  };
}
