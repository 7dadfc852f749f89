// All that is known at the end of a review → `review.json`, without a secret in any text of it.
import { addUsage } from './claude/usage.ts';
import type { Scope } from './choose-scope.ts';
import type { Checked, Problems } from './find-problems.ts';
import type { Carried } from './findings/carry-forward.ts';
import { checkSuggestion } from './findings/check-suggestion.ts';
import { rankSeverity } from './findings/finding.ts';
import type { PullRequest } from './github/read-pull-request.ts';
import { listSecrets, type Inputs } from './inputs.ts';
import { findPrice, PRICES_AS_OF } from './plan/prices.ts';
import type { Change } from './read-change.ts';
import type { Memory } from './recall.ts';
import type { Clock } from './report/clock.ts';
import { composeHideSecrets, type HideSecrets } from './report/hide-secrets.ts';
import type { Remembered } from './report/ledger.ts';
import type { FileState, ResultFinding, ReviewResult } from './report/result.ts';
import type { Settings } from './settings.ts';

export interface Situation {
  readonly pull: PullRequest;
  readonly mergeBase: string;
  readonly memory: Memory;
  readonly clock: Clock;
}

export interface Parts {
  readonly inputs: Inputs;
  readonly situation: Situation;
  readonly change: Change;
  readonly scope: Scope;
  readonly problems: Problems;
  readonly carried: Carried<Remembered>;
  readonly checked: Checked;
}

export async function composeResult(parts: Parts): Promise<ReviewResult> {
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
  const paths = new Set(suggested.map(({ finding }) => finding.path));
  // A suggestion that cannot be tried is told as prose.
  const texts = await change.head.readTexts([...paths]).catch(() => new Map<string, string>());
  const compose = async ({
    id,
    fingerprint,
    finding,
    placement,
  }: Checked['kept'][number]): Promise<ResultFinding> => {
    const { severity, category, path, line, quote, title, explanation, scenario } = finding;
    const suggestion = await checkSuggestion(finding, placement, texts.get(path));
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
  };
  return Promise.all(kept.map(compose));
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
