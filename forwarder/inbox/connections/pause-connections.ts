// Connections whose token GitHub refuses are paused: their events wait, and no attempt is burnt on them.
import type { Db } from '../tables.ts';

/** How the reason of a pause begins that is the token's and not one repository's. */
export const TOKEN_REJECTED = 'github_token_rejected';

export interface Pause {
  readonly until: Date;
  readonly reason: string;
  /** The credentials that were refused. */
  readonly credentialsKey: string;
}

/** One connection, or all that use a token. */
export type PauseScope = { readonly repositoryId: number } | { readonly tokenKey: string };

export async function pauseConnections(
  db: Db,
  scope: PauseScope,
  { until, reason, credentialsKey }: Pause,
): Promise<void> {
  const update = db
    .updateTable('connections')
    .set({ paused_until: until.toISOString(), pause_reason: reason, pause_key: credentialsKey });
  await (
    'tokenKey' in scope
      ? update.where('token_key', '=', scope.tokenKey)
      : update.where('repository_id', '=', scope.repositoryId)
  ).execute();
}

/** GitHub took a call for this repository with this token: what was paused for either goes on. */
export async function resumeConnections(db: Db, repositoryId: number, tokenKey: string): Promise<void> {
  await db
    .updateTable('connections')
    .set({ token_key: tokenKey, paused_until: null, pause_reason: null, pause_key: null })
    .where((where) =>
      where.or([
        where('repository_id', '=', repositoryId),
        where.and([where('token_key', '=', tokenKey), where('pause_reason', 'like', `${TOKEN_REJECTED}%`)]),
      ]),
    )
    .execute();
}
