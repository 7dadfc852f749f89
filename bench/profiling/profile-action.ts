// The Action on a pull request of 30 files, with a Claude that answers at once → its flame graph.
import { fileURLToPath } from 'node:url';
import { readAddedLines } from '../../simulator/claude/read-diff-prompt.ts';
import { finding, findings, openStage, outputsOf } from '../../test/dist/stage.ts';
import { openFolder } from '../open-folder.ts';
import { composeFlameGraph } from './flame-graph.ts';
import { foldProfile } from './fold-profile.ts';
import { nameFrame } from './name-frame.ts';
import { composeFlags, readProfile } from './read-profile.ts';

const FILES = 30;
const LINES = 50;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export async function profileAction(): Promise<string> {
  await using folder = await openFolder();
  await using stage = await openStage({
    base: {},
    change: Object.fromEntries(
      Array.from({ length: FILES }, (_, at) => [`src/part${at}.js`, composeLines(at)]),
    ),
    script: (request) =>
      findings(
        ...readAddedLines(request)
          .slice(0, 5)
          .map(({ path, line, text }) => finding(path, line, text)),
      ),
    fromFork: false,
    environment: { NODE_OPTIONS: composeFlags(folder.path).join(' ') },
    deadlineMs: 60_000,
  });
  const { status, reason } = outputsOf(await stage.dispatch());
  if (status !== 'reviewed') throw new Error(`the review ended as ${String(status)}: ${String(reason)}`);
  return composeFlameGraph(
    `The Action on ${FILES} files of ${LINES} lines, Claude answering at once (dist/ holds Nectr and its packages)`,
    foldProfile(await readProfile(folder.path), (frame) =>
      nameFrame(frame, { file: frame.url, line: frame.lineNumber + 1 }, ROOT),
    ),
  );
}

function composeLines(at: number): string {
  return Array.from(
    { length: LINES },
    (_, line) => `export const value${at}x${line} = read(${line});\n`,
  ).join('');
}
