// What the rest of the forwarder may ask of the store. Every method is one transaction that is on disk when its
// promise settles; every time is handed in, so that one clock serves all.
import type { AuditEntry, NewAuditEntry } from './audit.ts';
import type { Connection } from './connection.ts';
import type { Pause, PauseScope } from './connections/pause-connections.ts';
import type { ClaimedEvent, EventStatus, FollowedEvent, NewEvent, Origin, StoredEvent } from './event.ts';
import type { FailedQuery } from './events/requeue-failed.ts';
import type { Hold, Paces } from './tokens/take-token.ts';

export interface Inbox {
  /** Whether other replicas work on it at the same time. */
  readonly isShared: boolean;
  readonly events: EventStore;
  readonly connections: ConnectionStore;
  readonly tokens: TokenStore;
  readonly audit: AuditStore;
  /**
   * Runs work that only one replica does at a time, for as long as it holds the duty; false: another one has it. `signal`
   * is aborted when the duty is lost, which is when the database loses sight of us.
   */
  readonly lead: (duty: string, work: (signal: AbortSignal) => Promise<void>) => Promise<boolean>;
  /** `wake` is called when another replica has stored something to dispatch. */
  onQueued(wake: () => void): void;
  /** GitHub may have made a webhook that nobody knows of: whichever replica has that duty is to look. */
  announceDoubt(): Promise<void>;
  /** `wake` is called when any replica has announced a doubt. */
  onDoubt(wake: () => void): void;
  /** Encrypts again, with the first key, secrets that another key has encrypted. Returns how many. */
  reseal(): Promise<number>;
  /** Writes and commits. @throws when the store cannot be written */
  probe(now: Date): Promise<void>;
  close(): Promise<void>;
}

/** How a delivery was taken. `queued`: there is something to dispatch now. */
export type StoredDelivery =
  | { readonly kind: 'stored'; readonly eventId: number; readonly queued: boolean }
  | { readonly kind: 'duplicate'; readonly eventId: number; readonly detail: string };

export interface EventQuery {
  readonly repositoryId: number | undefined;
  readonly status: EventStatus | undefined;
  /** Only events with a smaller id. */
  readonly beforeId: number | undefined;
  readonly limit: number;
}

/** Who holds an event while it is dispatched. A lease that another has taken over changes nothing any more. */
export interface Lease {
  readonly owner: string;
  readonly until: Date;
}

/** What a dispatcher takes. */
export interface Wanted {
  readonly limit: number;
  /** What was interrupted so often is not taken any more: it has failed. */
  readonly maxFailures: number;
  /** What these were refused waits; what others were refused does not. */
  readonly credentialsKey: string;
  /** What would be dispatched with these tokens waits: it would only be taken and put back. None unless told. */
  readonly heldKeys?: readonly string[];
}

export interface RetryPlan {
  readonly reason: string;
  readonly nextAttemptAt: Date;
  /** Whether this attempt counts towards giving up. */
  readonly counts: boolean;
  /** No call was made: it is no attempt at all. */
  readonly isUncalled?: boolean;
  /** It waits because these credentials were refused. */
  readonly waitKey?: string;
}

export interface FoundRun {
  readonly id: number;
  readonly url: string;
}

/** How a run ended. A cancelled one is superseded when a newer event or run took its place, else failed. */
export type RunEnd =
  | { readonly kind: 'completed'; readonly reason?: string }
  | { readonly kind: 'failed'; readonly reason: string }
  /** `newerRunUrl`: of another run of the same pull request. */
  | { readonly kind: 'cancelled'; readonly reason: string; readonly newerRunUrl?: string };

export type RequeuedEvent =
  | { readonly kind: 'queued'; readonly event: StoredEvent }
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'refused';
      readonly code: 'not_redeliverable' | 'not_connected';
      readonly message: string;
    };

export interface RequeuedBatch {
  readonly queued: readonly number[];
  /** Those that stay as they are: a newer event stands for them, or their repository is not connected. */
  readonly refused: number;
  /** Where the next batch begins; undefined: there is none. */
  readonly nextBeforeId: number | undefined;
}

export interface EventMeasures {
  readonly counts: ReadonlyMap<EventStatus, number>;
  /** When the oldest event that is pending or processing was queued. */
  readonly oldestOpenAt: Date | undefined;
}

export interface EventStore {
  store(event: NewEvent, origin: Origin, now: Date): Promise<StoredDelivery>;
  /** Newest first. */
  list(query: EventQuery): Promise<readonly StoredEvent[]>;
  read(id: number): Promise<StoredEvent | undefined>;
  /** The repository that is called `owner/name` now, without regard to case, as far as the store knows. */
  findRepositoryId(fullName: string): Promise<number | undefined>;
  /** Makes a finished event of a pull request pending again. */
  requeue(id: number, now: Date): Promise<RequeuedEvent>;
  /** The same of failed events, some at a time, newest first. */
  requeueFailed(query: FailedQuery, now: Date): Promise<RequeuedBatch>;
  /** Takes due events; never two of one pull request at a time. */
  claim(lease: Lease, wanted: Wanted, now: Date): Promise<readonly ClaimedEvent[]>;
  /** When the next event falls due, as far as is known now. */
  readNextDue(wanted: Pick<Wanted, 'credentialsKey' | 'heldKeys'>, now: Date): Promise<Date | undefined>;
  /** Makes due what waits because other credentials were refused. Returns how many. */
  hasten(credentialsKey: string, now: Date): Promise<number>;
  /** Frees what other owners hold. Only for a store that a single process uses: its owners are dead. */
  takeOver(owner: string, maxFailures: number, now: Date): Promise<number>;
  /** The three ends of an attempt; false: the lease was no longer this owner's. */
  dispatched(id: number, owner: string, now: Date): Promise<boolean>;
  fail(id: number, owner: string, reason: string, now: Date): Promise<boolean>;
  retry(id: number, owner: string, plan: RetryPlan, now: Date): Promise<boolean>;
  /** Dispatched events whose run has not ended, the oldest dispatch first. */
  listFollowed(): Promise<readonly FollowedEvent[]>;
  noteRun(event: FollowedEvent, run: FoundRun): Promise<void>;
  /** False: it had ended already, or was dispatched again. */
  endRun(event: FollowedEvent, end: RunEnd, now: Date): Promise<boolean>;
  /** Whether a ping of that repository's webhook has come since: by itself, unless `orFetched`. */
  hasPing(repositoryId: number, since: Date, options?: { readonly orFetched: boolean }): Promise<boolean>;
  /** Of these deliveries, those that the ledger does not have. */
  filterUnknown(deliveryIds: readonly string[]): Promise<readonly string[]>;
  /** The ledger has it under another id. */
  rememberReconciled(deliveryId: string, now: Date): Promise<void>;
  measure(): Promise<EventMeasures>;
  /** Removes some finished events that ended before that time. Returns how many; 0 when there are none left. */
  removeFinished(before: Date): Promise<number>;
}

export interface ConnectionStore {
  findByHook(hookId: number): Promise<Connection | undefined>;
  findByRepository(repositoryId: number): Promise<Connection | undefined>;
  /** By `owner/name` without regard to case. */
  findByName(fullName: string): Promise<Connection | undefined>;
  list(state: Connection['state']): Promise<readonly Connection[]>;
  /** Stores the new secret as `connecting`; the secret of an existing connection stays accepted meanwhile. */
  begin(
    repository: { readonly repositoryId: number; readonly fullName: string; readonly secret: string },
    now: Date,
  ): Promise<Connection>;
  complete(id: number, hookId: number, now: Date): Promise<Connection>;
  /** Puts a connection back as it was before `begin`. */
  restore(connection: Connection, now: Date): Promise<void>;
  rename(repositoryId: number, fullName: string, now: Date): Promise<void>;
  /** Forgets it, and takes back what still waits for it: nothing of it is dispatched any more. */
  remove(id: number, now: Date): Promise<void>;
  pause(scope: PauseScope, pause: Pause): Promise<void>;
  /** Remembers which token works for a repository, and ends its pause and those that the token had caused. */
  resume(repositoryId: number, tokenKey: string): Promise<void>;
  /**
   * Runs work about one repository, one at a time: two requests to connect it must not make two webhooks. `held` is this
   * store for as long as the lock is held: then all that is asked of it fails.
   */
  exclusively<Value>(repositoryId: number, work: (held: ConnectionStore) => Promise<Value>): Promise<Value>;
}

/** What tokens may still do, shared by all replicas. */
export interface TokenStore {
  /** Counts one more call that creates something. Undefined: go ahead; otherwise when to ask again. */
  take(tokenKey: string, paces: Paces | undefined, now: Date): Promise<Hold | undefined>;
  block(tokenKey: string, until: Date): Promise<void>;
}

export interface AuditStore {
  add(entry: NewAuditEntry, now: Date): Promise<void>;
  /** Newest first. */
  list(query: {
    readonly beforeId: number | undefined;
    readonly limit: number;
  }): Promise<readonly AuditEntry[]>;
}
