// Pull request + memory → the outcome as data, ready to be posted: read, planned, asked, placed, checked, counted.
import { createHash } from 'node:crypto';
import { carryForward, type Carried } from './findings/carry-forward.ts';
import { checkSuggestion } from './findings/check-suggestion.ts';
import { rankSeverity } from './findings/finding.ts';
import type { PlacedFinding } from './findings/place-findings.ts';
import { checkProblems, findProblems, type Checked, type Problems } from './find-problems.ts';
import type { PullRequest } from './github/read-pull-request.ts';
import { listSecrets, type Inputs } from './inputs.ts';
import { openBudget } from './plan/budget.ts';
import { estimateTokens } from './plan/plan-review.ts';
import { findPrice, formatUsd, PRICES_AS_OF, worstCaseOfCall } from './plan/prices.ts';
import { readChange, type Change } from './read-change.ts';
import type { Memory } from './recall.ts';
import type { Clock } from './report/clock.ts';
import { explainNothing } from './report/compose-outcome.ts';
import { composeHideSecrets, type HideSecrets } from './report/hide-secrets.ts';
import { remember, writeLedger, type Remembered } from './report/ledger.ts';
import type { FileState, ResultFinding, ReviewResult } from './report/result.ts';
import type { Edges } from './review.ts';
import type { Settings } from './settings.ts';
import { addUsage } from './claude/usage.ts';
import type { ChangedFile } from './diff/changed-file.ts';

export type Prepared =
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'prepared'; readonly result: ReviewResult; readonly ledger: string };

interface Situation {
  readonly pull: PullRequest;
  readonly mergeBase: string;
  readonly memory: Memory;
  readonly clock: Clock;
}

export async function prepareReview(inputs: Inputs, edges: Edges, situation: Situation): Promise<Prepared> {
  const { pull, mergeBase, memory, clock } = situation;
  const source = {
    url: `${inputs.serverUrl}/${inputs.repository.owner}/${inputs.repository.repo}.git`,
    token: inputs.githubToken,
    repositoryKilobytes: pull.repositoryKilobytes,
    tempFolder: inputs.tempFolder,
  };
  const commits = { head: pull.headSha, mergeBase, base: pull.baseSha, since: memory.since };
  await using change = await clock.time('code', () => readChange(source, commits, edges.signal));
  const { settings } = change.settings;
  const unwanted = findSkip(settings, pull);
  const hide = composeHideSecrets(listSecrets(inputs));
  if (unwanted !== undefined && !inputs.isCommanded) return { kind: 'skipped', reason: hide(unwanted) };
  const digest = digestManner(inputs, settings);
  const scope = await chooseScope(change, memory, digest);
  if (change.files.length === 0) {
    return { kind: 'skipped', reason: hide(explainNothing(change.skipped)) };
  }
  announce(inputs, edges, scope.files, change);
  const asker = { client: edges.claude, budget: openBudget(inputs.maxCostUsd), signal: edges.signal };
  const code = { tree: change.head, files: change.files };
  const reader = { model: inputs.model, code, language: settings.language };
  const manner = { mode: inputs.reviewMode, effort: inputs.effort };
  const problems = await findProblems(asker, reader, pull, change, scope.files, manner, clock);
  if (problems.failure !== undefined) throw new Error(`Nothing could be reviewed: ${problems.failure}.`);
  const carried = await carryOver(change, memory, scope, problems.placed);
  const checked = await checkProblems(asker, reader, pull, carried.fresh, manner, clock);
  const result = await composeResult({ inputs, situation, change, scope, problems, carried, checked });
  return { kind: 'prepared', result, ledger: composeLedger(result, memory, carried, digest) };
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

/** Everything that decides how is reviewed: when it changes, what was read before has to be read again. */
function digestManner({ model, reviewMode, effort }: Inputs, settings: Settings): string {
  return createHash('sha256')
    .update(JSON.stringify([model, reviewMode, effort, settings]))
    .digest('hex')
    .slice(0, 16);
}

interface Scope {
  readonly since: string | undefined;
  readonly files: readonly ChangedFile[];
  /** Paths that changed since the last review; undefined when everything is read. */
  readonly touched: ReadonlySet<string> | undefined;
}

async function chooseScope(change: Change, { since, last }: Memory, digest: string): Promise<Scope> {
  if (since === undefined || last?.ledger.settings !== digest) {
    return { since: undefined, files: change.files, touched: undefined };
  }
  const { files, paths } = await change.readChangesSince(since);
  return { since, files, touched: paths };
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

async function carryOver(
  change: Change,
  { findings }: Memory,
  { touched }: Scope,
  placed: readonly PlacedFinding[],
): Promise<Carried<Remembered>> {
  const paths = [...new Set(findings.map(({ path }) => path))].filter((path) => touched?.has(path) ?? true);
  const texts = await change.head.readTexts(paths);
  return carryForward(findings, placed, new Map(paths.map((path) => [path, texts.get(path)])));
}

interface Parts {
  readonly inputs: Inputs;
  readonly situation: Situation;
  readonly change: Change;
  readonly scope: Scope;
  readonly problems: Problems;
  readonly carried: Carried<Remembered>;
  readonly checked: Checked;
}

async function composeResult(parts: Parts): Promise<ReviewResult> {
  const { inputs, situation, change, scope, problems, carried, checked } = parts;
  const { pull, mergeBase, clock } = situation;
  const { settings } = change.settings;
  const hide = composeHideSecrets(listSecrets(inputs));
  const findings = await composeFindings(change, checked, hide);
  const usage = addUsage(problems.usage, checked.usage);
  const files = composeFiles(change, scope, problems).map(hideInState(hide));
  const isPartial =
    files.some(({ state }) => state === 'failed' || state === 'over_budget') || checked.failures.length > 0;
  return {
    version: 1,
    repository: `${inputs.repository.owner}/${inputs.repository.repo}`,
    pull_request: pull.number,
    head_sha: pull.headSha,
    base_sha: pull.baseSha,
    merge_base: mergeBase,
    run: inputs.run,
    state: isPartial ? 'partial' : 'complete',
    model: inputs.model,
    mode: inputs.reviewMode,
    effort: inputs.effort,
    since: scope.since ?? null,
    verdict: chooseVerdict(settings, findings),
    minimum_severity: settings.minimum_severity,
    max_comments: settings.max_comments,
    files,
    findings,
    withheld: {
      duplicates: problems.duplicates,
      merged: checked.merged,
      refuted: checked.refuted.length,
      nits: checked.nits,
      repeated: carried.repeated.length,
      dismissed: carried.dismissed.length,
    },
    unverified_because: checked.failures.map(hide),
    fixed: carried.fixed.map(tell(hide)),
    open: carried.open.map(tell(hide)),
    notes: composeToldNotes(change).map(hide),
    usage,
    cost_usd: findPrice(inputs.model) ? usage.costUsd : null,
    prices_as_of: PRICES_AS_OF,
    stages: clock.stages(),
  };
}

async function composeFindings(
  change: Change,
  { kept, confirmed }: Checked,
  hide: HideSecrets,
): Promise<ResultFinding[]> {
  const suggested = kept.filter(({ finding }) => finding.suggestion !== undefined);
  const texts = await change.head.readTexts([...new Set(suggested.map(({ finding }) => finding.path))]);
  return kept.map(({ id, fingerprint, finding, placement }) => {
    const { severity, category, path, line, quote, title, explanation, scenario } = finding;
    const suggestion = checkSuggestion(finding, placement, texts.get(path));
    const code = 'code' in suggestion ? hide(suggestion.code) : '';
    return {
      id,
      fingerprint,
      severity,
      category,
      path: hide(path),
      line,
      quote: hide(quote),
      title: hide(title),
      explanation: hide(explanation),
      scenario: hide(scenario),
      // What had a secret in it is no longer what was suggested.
      suggestion: 'code' in suggestion && code !== suggestion.code ? { kind: 'none' } : suggestion,
      placement,
      verified: confirmed.has(id),
    };
  });
}

function tell(hide: HideSecrets) {
  return ({ fingerprint, path, severity, title }: Remembered) => ({
    fingerprint,
    path: hide(path),
    severity,
    title: hide(title),
  });
}

function hideInState(hide: HideSecrets) {
  return (file: FileState): FileState => {
    const path = hide(file.path);
    return file.state === 'failed' ? { ...file, path, reason: hide(file.reason) } : { ...file, path };
  };
}

function composeFiles({ files, skipped }: Change, { since }: Scope, problems: Problems): FileState[] {
  const known = new Map(problems.files.map((file) => [file.path, file]));
  const unread = (path: string): FileState =>
    since === undefined
      ? { path, state: 'failed', reason: 'it was in no batch' }
      : { path, state: 'unchanged' };
  return [
    ...files.map(({ path }) => known.get(path) ?? unread(path)),
    ...skipped.map(({ path, reason }): FileState => ({ path, state: 'skipped', reason })),
  ];
}

function chooseVerdict(
  { request_changes: from }: Settings,
  findings: readonly ResultFinding[],
): ReviewResult['verdict'] {
  if (from === 'never') return 'COMMENT';
  const isHeavy = findings.some(({ severity }) => rankSeverity(severity) <= rankSeverity(from));
  return isHeavy ? 'REQUEST_CHANGES' : 'COMMENT';
}

function composeToldNotes({ settings, changedRules }: Change): string[] {
  const mistakes = settings.problems.map(
    ({ line, message }) => `.github/nectr.yml, line ${line}: ${message}`,
  );
  const defaults =
    mistakes.length === 0 ? [] : ['The settings have mistakes, so the defaults were used:', ...mistakes];
  const names = changedRules.slice(0, 5).join(', ');
  const rules =
    changedRules.length === 0
      ? []
      : [
          `This pull request changes ${names}: that applies to reviews once it is merged, and not to this one.`,
        ];
  return [...defaults, ...rules];
}

/** What is open, what is new, and what people have dismissed: in this order, since the end may be cut. */
function composeLedger(
  result: ReviewResult,
  { findings }: Memory,
  carried: Carried<Remembered>,
  settings: string,
): string {
  const fresh = result.findings.map((finding) => {
    const { placement } = finding;
    // Only what stands in the head's file can be looked for there again.
    const isInHead = placement.kind === 'line' && placement.side === 'RIGHT';
    return remember({ ...finding, quote: isInHead ? finding.quote : '' }, 'open');
  });
  const dismissed = findings.filter(({ state }) => state === 'dismissed');
  const { head_sha: head, merge_base: mergeBase, state } = result;
  return writeLedger({
    version: 1,
    head,
    mergeBase,
    settings,
    state,
    findings: [...fresh, ...carried.open, ...dismissed],
  });
}
