// The tables as Kysely sees them. Times are ISO 8601 text in UTC with milliseconds: portable, and text compares as time.
import type { Generated, Kysely, Selectable } from 'kysely';
import type { AuditAction } from './audit.ts';
import type { Connection } from './connection.ts';
import type { EventEffect, EventStatus } from './event.ts';

export interface EventTable {
  id: Generated<number>;
  delivery_id: string;
  repo: string | null;
  repository_id: number | null;
  event_type: string;
  effect: EventEffect;
  action: string | null;
  pull_request: number | null;
  head_sha: string | null;
  base_sha: string | null;
  body_digest: string;
  pr_updated_at: string | null;
  status: EventStatus;
  reason: string | null;
  attempts: number;
  failures: number;
  next_attempt_at: string | null;
  lease_owner: string | null;
  lease_until: string | null;
  /** GitHub's id of the run; after a redelivery, of the run before. */
  run_id: number | null;
  run_url: string | null;
  received_at: string;
  /** When it was last made pending from outside: on arrival, or by a redelivery. */
  queued_at: string;
  dispatched_at: string | null;
  completed_at: string | null;
  /** Whose webhook it is; null: of one that no connection made. */
  connection_id: number | null;
  /** 1: fetched from GitHub, and not delivered. */
  is_fetched: Generated<number>;
  /** It waits because these credentials were refused. */
  wait_key: string | null;
}

export interface ConnectionTable {
  id: Generated<number>;
  repository_id: number;
  full_name: string;
  hook_id: number | null;
  secret: string;
  previous_secret: string | null;
  state: Connection['state'];
  /** Which token its calls are made with: a name for it, nothing of it. */
  token_key: string | null;
  paused_until: string | null;
  pause_reason: string | null;
  /** Which credentials were refused: others are not stopped by it. */
  pause_key: string | null;
  connected_at: string | null;
  created_at: string;
  updated_at: string;
}

/** What one token may still do, shared by all replicas. */
export interface TokenTable {
  token_key: string;
  /** GitHub asks to wait. */
  blocked_until: string | null;
  /** The pace of the minute and of the hour, in ms since 1970: see take-token.ts. */
  minute_at: number;
  hour_at: number;
}

/** Deliveries that were fetched and turned out to be in the ledger under another id. */
export interface ReconciledTable {
  delivery_id: string;
  seen_at: string;
}

export interface AuditTable {
  id: Generated<number>;
  at: string;
  action: AuditAction;
  repo: string | null;
  event_id: number | null;
  /** `done`, or the code of the refusal. */
  outcome: string;
  /** Address of the caller. */
  address: string | null;
}

/** One row, written by the readiness probe. */
export interface ProbeTable {
  id: number;
  probed_at: string;
}

export interface Tables {
  events: EventTable;
  connections: ConnectionTable;
  probes: ProbeTable;
  tokens: TokenTable;
  reconciled_deliveries: ReconciledTable;
  audit: AuditTable;
}

/** The database, or a transaction on it. */
export type Db = Kysely<Tables>;
export type EventRow = Selectable<EventTable>;
export type ConnectionRow = Selectable<ConnectionTable>;
