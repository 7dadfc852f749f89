// How often runs are looked at, and how long for.

export interface FollowPolicy {
  /** Between two rounds while something is open. */
  readonly everyMs: number;
  /** A dispatch without a run after this has failed. */
  readonly missingAfterMs: number;
  /** A run that has not ended after this is no longer followed: GitHub itself ends jobs that wait for a runner for a day. */
  readonly giveUpAfterMs: number;
}

export const FOLLOW_POLICY: FollowPolicy = {
  everyMs: 10_000,
  missingAfterMs: 5 * 60_000,
  giveUpAfterMs: 25 * 60 * 60_000,
};
