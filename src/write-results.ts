// The outcome as data → files in the runner's temporary folder: `review.json` and SARIF.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composeSarif } from './report/compose-sarif.ts';
import type { ReviewResult } from './report/result.ts';

export interface WrittenResults {
  readonly resultFile: string;
  readonly sarifFile: string;
}

export async function writeResults(result: ReviewResult, folder: string): Promise<WrittenResults> {
  const resultFile = join(folder, `nectr-review-${result.pull_request}.json`);
  const sarifFile = join(folder, `nectr-review-${result.pull_request}.sarif`);
  await writeFile(resultFile, `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(sarifFile, `${JSON.stringify(composeSarif(result), null, 2)}\n`);
  return { resultFile, sarifFile };
}
