// What the store keeps of a delivery: ids, SHAs and where it stands. Never the payload: text of a pull request is not
// needed to dispatch, and what is not stored cannot leak.

export const EVENT_STATUSES = [
  'pending',
  'processing',
  'completed',
  'failed',
  'ignored',
  'superseded',
] as const;

export type EventStatus = (typeof EVENT_STATUSES)[number];

/**
 * What an event does to its pull request: `dispatch` asks for a review, `withdraw` (it was closed) takes back what
 * still waits, `none` is only kept.
 */
export type EventEffect = 'dispatch' | 'withdraw' | 'none';

/** A pull request's event in the order of things: what `dispatch` and `withdraw` need. */
export interface PullRequestFacts {
  readonly repositoryId: number;
  readonly pullRequest: number;
  readonly headSha: string;
  readonly baseSha: string;
  /** `pull_request.updated_at`, ISO 8601 in UTC with milliseconds, so that text compares as time. */
  readonly updatedAt: string;
}

interface EventFacts {
  /** `X-GitHub-Delivery`. */
  readonly deliveryId: string;
  /** SHA-256 of the signed bytes, hex. */
  readonly bodyDigest: string;
  /** Action and subject: `opened_pull_request`, `ping`. */
  readonly eventType: string;
  readonly action: string | undefined;
  /** `owner/name` at the time; undefined when the delivery is about no repository. */
  readonly repo: string | undefined;
  readonly repositoryId: number | undefined;
}

/** A verified delivery, ready to be stored. */
export type NewEvent = EventFacts &
  (
    | { readonly effect: 'dispatch' | 'withdraw'; readonly facts: PullRequestFacts }
    | { readonly effect: 'none'; readonly pullRequest: number | undefined; readonly reason: string }
  );

/** How a delivery came. */
export interface Origin {
  /** Of the connection whose webhook it is; undefined: of a webhook that no connection made. */
  readonly connectionId?: number | undefined;
  /** From GitHub's list of deliveries, and not by its webhook. */
  readonly isFetched?: boolean;
}

/** A stored event. Times are ISO 8601 in UTC. */
export interface StoredEvent {
  readonly id: number;
  readonly deliveryId: string;
  readonly repo: string | null;
  readonly repositoryId: number | null;
  readonly eventType: string;
  readonly effect: EventEffect;
  readonly action: string | null;
  readonly pullRequest: number | null;
  readonly headSha: string | null;
  readonly baseSha: string | null;
  readonly status: EventStatus;
  readonly reason: string | null;
  /** Calls made to GitHub for it. */
  readonly attempts: number;
  /** Those of them that count towards giving up. */
  readonly failures: number;
  /** GitHub's id of its run; after a redelivery, of the run before. */
  readonly runId: number | null;
  readonly runUrl: string | null;
  readonly receivedAt: string;
  /** When it was last made pending from outside: on arrival, or by a redelivery. */
  readonly queuedAt: string;
  readonly dispatchedAt: string | null;
  readonly completedAt: string | null;
  /** It may be dispatched only while this connection is there; null: it needs none. */
  readonly connectionId: number | null;
}

/** An event that was dispatched and whose run has not ended. */
export type FollowedEvent = ClaimedEvent & { readonly dispatchedAt: string };

/** An event that its dispatcher holds: a pull request's, with all that the dispatch carries. */
export type ClaimedEvent = StoredEvent & {
  readonly [Key in 'repo' | 'repositoryId' | 'pullRequest' | 'headSha' | 'baseSha' | 'action']: NonNullable<
    StoredEvent[Key]
  >;
};
