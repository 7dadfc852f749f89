// What people asked the admin API to change: kept as long as events are.

export const AUDIT_ACTIONS = ['connect', 'disconnect', 'rotate', 'redeliver', 'reconcile'] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export interface NewAuditEntry {
  readonly action: AuditAction;
  /** `owner/name`, as it was asked for. */
  readonly repo: string | undefined;
  readonly eventId: number | undefined;
  /** `done`, or the code of the refusal. */
  readonly outcome: string;
  /** Address of the caller. */
  readonly address: string | undefined;
}

export interface AuditEntry extends NewAuditEntry {
  readonly id: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
}
