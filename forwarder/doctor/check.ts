// One line of the checklist: what was looked at, how it is, and what to do about it.

export type CheckStatus = 'ok' | 'warning' | 'problem';

export interface Check {
  readonly name: string;
  readonly status: CheckStatus;
  /** What is so; for a warning or a problem also what to do. */
  readonly message: string;
}

export type Tell = (status: CheckStatus, message: string) => Check;

export function tellOf(name: string): Tell {
  return (status, message) => ({ name, status, message });
}

export function worst(checks: readonly Check[]): CheckStatus {
  const statuses = new Set(checks.map(({ status }) => status));
  return (['problem', 'warning'] as const).find((status) => statuses.has(status)) ?? 'ok';
}
