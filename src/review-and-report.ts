// Inputs and an open API → the review, and how it ended as outputs, job summary and log.
import { info } from '@actions/core';
import type { Asked } from './ask-github.ts';
import type { Inputs } from './inputs.ts';
import { quietCommands } from './report/quiet-commands.ts';
import { loadEnding, reviewPullRequest, type Edges } from './review.ts';

/** @param asked what GitHub has been asked already, if anything was */
export async function reviewAndReport(
  inputs: Inputs,
  { octokit, signal }: Pick<Edges, 'octokit' | 'signal'>,
  asked: Asked | undefined,
): Promise<void> {
  const edges: Edges = { octokit, log: say, signal, now: () => performance.now() };
  const { outcome, concluded } = await reviewPullRequest(inputs, edges, asked);
  try {
    const { report } = await loadEnding();
    await report(outcome, inputs, say);
  } finally {
    await concluded;
  }
}

/** One line of the log, whatever the names of files in it hold. */
function say(text: string): void {
  info(quietCommands(text.replaceAll(/[\r\n]+/g, ' ')));
}
