// A repository that was connected: whose webhook is ours, and the secret that its deliveries are signed with.

export interface Connection {
  /** The `installation_id` of the API. */
  readonly id: number;
  /** GitHub's stable id of the repository. */
  readonly repositoryId: number;
  /** `owner/name`, as GitHub last told it. */
  readonly fullName: string;
  /** Null until GitHub has made the webhook. */
  readonly hookId: number | null;
  /** Empty: no key that is here opens it. */
  readonly secret: string;
  /** The secret that is being replaced; accepted until the new one is in place. */
  readonly previousSecret: string | null;
  /** `connecting`: stored before GitHub is asked, so that the ping that comes at once can be verified. */
  readonly state: 'connecting' | 'connected';
  readonly connectedAt: string | null;
  /** When its name, webhook or secrets were last written. */
  readonly updatedAt: string;
  /** Which token its calls are made with: a name for it, nothing of it. Null until one was used. */
  readonly tokenKey: string | null;
  /** Nothing is dispatched before; ISO 8601 in UTC. */
  readonly pausedUntil: string | null;
  readonly pauseReason: string | null;
  /** The credentials that were refused. */
  readonly pauseKey: string | null;
}

export interface CurrentPause {
  readonly until: string;
  readonly reason: string;
}

/** A pause belongs to the credentials that were refused: others go on at once. */
export function readPause(
  { pausedUntil, pauseReason, pauseKey }: Connection,
  credentialsKey: string | undefined,
  now: Date,
): CurrentPause | undefined {
  if (pausedUntil === null || pausedUntil <= now.toISOString()) return undefined;
  if (pauseKey !== (credentialsKey ?? NO_CREDENTIALS)) return undefined;
  return { until: pausedUntil, reason: pauseReason ?? 'no reason is known' };
}

/** Stands for a forwarder that was started without any. */
export const NO_CREDENTIALS = 'none';
