// Pull request + memory → the outcome as data, ready to be posted: read, planned, asked, placed, checked, counted.
import { carryOver } from './carry-over.ts';
import { chooseScope, digestManner } from './choose-scope.ts';
import { openClaude } from './claude/open-claude.ts';
import { composeLedger } from './compose-ledger.ts';
import { composeResult, type Situation } from './compose-result.ts';
import type { ChangedFile } from './diff/changed-file.ts';
import { checkProblems, findProblems } from './find-problems.ts';
import type { PullRequest } from './github/read-pull-request.ts';
import { listSecrets, type Inputs } from './inputs.ts';
import { openBudget } from './plan/budget.ts';
import { estimateTokens } from './plan/plan-review.ts';
import { findPrice, formatUsd, worstCaseOfCall } from './plan/prices.ts';
import type { Change } from './read-change.ts';
import { explainNothing } from './report/explain-nothing.ts';
import { composeHideSecrets } from './report/hide-secrets.ts';
import type { Ledger } from './report/ledger.ts';
import type { ReviewResult } from './report/result.ts';
import type { Edges } from './review.ts';
import type { Settings } from './settings.ts';

export type Prepared =
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'prepared'; readonly result: ReviewResult; readonly ledger: Ledger };

/** @param reading the change; it is disposed of at the end */
export async function prepareReview(
  inputs: Inputs,
  edges: Edges,
  situation: Situation,
  reading: Promise<Change>,
): Promise<Prepared> {
  const { pull, memory, clock } = situation;
  await using change = await reading;
  const { settings } = change.settings;
  const unwanted = findSkip(settings, pull);
  const hide = composeHideSecrets(listSecrets(inputs));
  if (unwanted !== undefined && !inputs.isCommanded) return { kind: 'skipped', reason: hide(unwanted) };
  const digest = digestManner(inputs, settings);
  const scope = await chooseScope(change, memory, digest);
  // With nothing to read, what was open can still be fixed, such as by taking the change back.
  if (change.files.length === 0 && !memory.findings.some(({ state }) => state === 'open')) {
    return { kind: 'skipped', reason: hide(explainNothing(change.skipped)) };
  }
  announce(inputs, edges, scope.files, change);
  const client = openClaude({ apiKey: inputs.anthropicApiKey, baseUrl: inputs.anthropicBaseUrl });
  const asker = { client, budget: openBudget(inputs.maxCostUsd), signal: edges.signal };
  const code = { tree: change.head, files: change.files };
  const reader = { model: inputs.model, code, language: settings.language };
  const manner = { mode: inputs.reviewMode, effort: inputs.effort };
  const problems = await findProblems(asker, reader, pull, change, scope.files, manner, clock);
  if (problems.failure !== undefined) throw new Error(`Nothing could be reviewed: ${problems.failure}.`);
  const carried = await carryOver(change, memory.findings, scope.touched, problems.placed, hide);
  const checked = await checkProblems(asker, reader, pull, carried.fresh, manner, clock);
  const result = await composeResult({ inputs, situation, change, scope, problems, carried, checked });
  return { kind: 'prepared', result, ledger: composeLedger(result, carried, digest) };
}

/** Why the settings leave this pull request alone, if they do. */
function findSkip(
  { skip }: Settings,
  { isDraft, isFromBot, labels, title }: PullRequest,
): string | undefined {
  if (skip.drafts && isDraft) return 'the settings leave drafts alone';
  if (skip.bots && isFromBot) return 'the settings leave pull requests of bots alone';
  const label = labels.find((name) => skip.labels.includes(name));
  if (label !== undefined) return `the settings leave pull requests with the label ${label} alone`;
  const word = skip.titles.find((part) => title.toLowerCase().includes(part.toLowerCase()));
  return word === undefined
    ? undefined
    : `the settings leave pull requests with "${word}" in their title alone`;
}

/** What it is going to cost, before anything is spent. */
function announce(inputs: Inputs, { log }: Edges, files: readonly ChangedFile[], { skipped }: Change): void {
  const tokens = files.reduce((sum, file) => sum + estimateTokens(file), 0);
  const passes = (inputs.reviewMode === 'parallel' ? 4 : 1) + (inputs.effort === 'high' ? 1 : 0);
  // Each pass reads the diff once, and about as much again of other code; it answers with about 4,000 tokens a batch.
  const read = tokens * 2 * passes;
  const known = findPrice(inputs.model);
  const usd = worstCaseOfCall(inputs.model, read, Math.ceil(tokens / 40_000) * 4_000 * passes);
  const cost = known ? `about ${formatUsd(usd)}` : `at a price that is not known for ${inputs.model}`;
  log(
    `To review: ${files.length} files, about ${tokens} tokens of diff (${skipped.length} files skipped by rule). ` +
      `Estimate: ${read} tokens read, ${cost}; never more than ${formatUsd(inputs.maxCostUsd)} (\`max-cost-usd\`).`,
  );
}
