// What the sceptic says about findings, as it must arrive, and what follows from it: refuted ones go, same causes become one,
// and what stands gets the sceptic's weight. Each is counted.
import * as z from 'zod';
import { rankSeverity, SEVERITIES } from './finding.ts';
import { compareFindings, type PlacedFinding } from './place-findings.ts';

export const verdictsSchema = z
  .strictObject({
    verdicts: z
      .array(
        z
          .strictObject({
            id: z.string().describe('Id of the finding, such as F1.'),
            refuted: z
              .boolean()
              .describe('True when it is untrue, not caused by this change, or cannot happen.'),
            severity: z.enum(SEVERITIES).describe('How much it matters if it stands.'),
            reason: z.string().describe('In one or two sentences, why it stands or falls.'),
            evidence: z
              .array(
                z
                  .strictObject({
                    path: z.string().describe('File the quote is from.'),
                    quote: z.string().describe('One to five whole lines, exactly as they stand there.'),
                  })
                  .readonly(),
              )
              .readonly()
              .describe('At least one quote.'),
            same_cause_as: z
              .string()
              .describe('Id of a finding with the same cause; empty if there is none.'),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();

export type Verdict = z.infer<typeof verdictsSchema>['verdicts'][number];

export interface Verified {
  readonly kept: readonly PlacedFinding[];
  readonly refuted: readonly { readonly finding: PlacedFinding; readonly reason: string }[];
  /** Those that went into another with the same cause. */
  readonly merged: readonly PlacedFinding[];
  /** Ids of kept findings on which there is a verdict. */
  readonly confirmed: ReadonlySet<string>;
}

export function applyVerdicts(placed: readonly PlacedFinding[], verdicts: readonly Verdict[]): Verified {
  const byId = new Map(verdicts.map((verdict) => [verdict.id, verdict]));
  const standing = placed.filter(({ id }) => byId.get(id)?.refuted !== true);
  const weighed = standing.map((one) => {
    const severity = byId.get(one.id)?.severity ?? one.finding.severity;
    return { ...one, finding: { ...one.finding, severity } };
  });
  const { kept, merged } = mergeCauses(weighed, byId);
  return {
    kept: [...kept].sort((a, b) => compareFindings(a.finding, b.finding)),
    refuted: placed.flatMap((finding) => {
      const verdict = byId.get(finding.id);
      return verdict?.refuted === true ? [{ finding, reason: verdict.reason }] : [];
    }),
    merged,
    confirmed: new Set(kept.flatMap(({ id }) => (byId.has(id) ? [id] : []))),
  };
}

/** Of findings that name each other, the worst is kept, and of equals the first. */
function mergeCauses(standing: readonly PlacedFinding[], verdicts: ReadonlyMap<string, Verdict>) {
  const leaders = new Map(standing.map(({ id }) => [id, id]));
  const leaderOf = (id: string): string => {
    const above = leaders.get(id);
    return above === undefined || above === id ? id : leaderOf(above);
  };
  for (const { id } of standing) {
    const other = verdicts.get(id)?.same_cause_as ?? '';
    if (leaders.has(other)) leaders.set(leaderOf(id), leaderOf(other));
  }
  const groups = new Map<string, PlacedFinding[]>();
  for (const one of standing) groups.set(leaderOf(one.id), [...(groups.get(leaderOf(one.id)) ?? []), one]);
  const kept: PlacedFinding[] = [];
  const merged: PlacedFinding[] = [];
  for (const group of groups.values()) {
    const [first, ...rest] = group.sort(
      (a, b) => rankSeverity(a.finding.severity) - rankSeverity(b.finding.severity),
    );
    if (first) kept.push(first);
    merged.push(...rest);
  }
  return { kept, merged };
}

export const synthesisSchema = z
  .strictObject({
    sets: z
      .array(
        z
          .strictObject({
            keep: z.string().describe('Id of the finding that says it best.'),
            same: z.array(z.string()).readonly().describe('Ids of the others.'),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();

export type Synthesis = z.infer<typeof synthesisSchema>;

/** Only what was found goes in and out: a finding leaves the list when another one stays for it. */
export function applySynthesis(placed: readonly PlacedFinding[], { sets }: Synthesis) {
  const ids = new Set(placed.map(({ id }) => id));
  const gone = new Set<string>();
  for (const { keep, same } of sets) {
    if (!ids.has(keep) || gone.has(keep)) continue;
    for (const id of same) if (id !== keep && ids.has(id)) gone.add(id);
  }
  const kept = new Set(sets.flatMap(({ keep }) => (gone.has(keep) ? [] : [keep])));
  const isGone = ({ id }: PlacedFinding): boolean => gone.has(id) && !kept.has(id);
  // The one that says it best is as bad as the worst of its set: there may be no sceptic after this.
  const weigh = (one: PlacedFinding): PlacedFinding => {
    const named = new Set(sets.flatMap(({ keep, same }) => (keep === one.id ? [keep, ...same] : [])));
    const severity = placed
      .filter(({ id }) => named.has(id))
      .map(({ finding }) => finding.severity)
      .reduce((a, b) => (rankSeverity(b) < rankSeverity(a) ? b : a), one.finding.severity);
    return { ...one, finding: { ...one.finding, severity } };
  };
  return { kept: placed.filter((one) => !isGone(one)).map(weigh), merged: placed.filter(isGone) };
}
