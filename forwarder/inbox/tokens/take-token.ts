// One more call with a token → go ahead, or when. GitHub's limits on calls that create something are kept by GCRA: each
// call moves a time that runs ahead of the clock by at most the burst, so in any window there are never more than burst +
// rate · window. Both limits move together, in one transaction, for all replicas.
import type { Db } from '../tables.ts';

/** In any minute at most `burst + 60,000 / intervalMs` calls, and so on. */
export interface Pace {
  readonly burst: number;
  readonly intervalMs: number;
}

export interface Paces {
  readonly minute: Pace;
  readonly hour: Pace;
}

/** Why there is none now. */
export interface Hold {
  /** When to ask again. */
  readonly until: Date;
  /** GitHub asks to wait, with whatever call; false: it is our own pace. */
  readonly isAsked: boolean;
}

/** Undefined: taken. */
export async function takeToken(
  db: Db,
  tokenKey: string,
  paces: Paces | undefined,
  now: Date,
): Promise<Hold | undefined> {
  if (!paces) return readBlock(await readToken(db, tokenKey), now);
  await db
    .insertInto('tokens')
    .values({ token_key: tokenKey, minute_at: 0, hour_at: 0 })
    .onConflict((conflict) => conflict.column('token_key').doNothing())
    .execute();
  const row = await db
    .selectFrom('tokens')
    .selectAll()
    .where('token_key', '=', tokenKey)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const blocked = readBlock(row, now);
  if (blocked) return blocked;
  const nowMs = now.getTime();
  const minute = advance(paces.minute, row.minute_at, nowMs);
  const hour = advance(paces.hour, row.hour_at, nowMs);
  const allowedAtMs = Math.max(minute.allowedAtMs, hour.allowedAtMs);
  if (allowedAtMs > nowMs) return { until: new Date(allowedAtMs), isAsked: false };
  await db
    .updateTable('tokens')
    .set({ minute_at: minute.nextMs, hour_at: hour.nextMs })
    .where('token_key', '=', tokenKey)
    .execute();
  return undefined;
}

function advance({ burst, intervalMs }: Pace, atMs: number, nowMs: number) {
  const nextMs = Math.max(atMs, nowMs) + intervalMs;
  return { nextMs, allowedAtMs: nextMs - burst * intervalMs };
}

function readToken(db: Db, tokenKey: string) {
  return db.selectFrom('tokens').selectAll().where('token_key', '=', tokenKey).executeTakeFirst();
}

function readBlock(row: { readonly blocked_until: string | null } | undefined, now: Date): Hold | undefined {
  const until = row?.blocked_until;
  const isAsked = typeof until === 'string' && until > now.toISOString();
  return isAsked ? { until: new Date(until), isAsked } : undefined;
}

/** Whatever is asked for: no call with this token before `until`. Never shortens what another replica heard. */
export async function blockToken(db: Db, tokenKey: string, until: Date): Promise<void> {
  const blocked_until = until.toISOString();
  await db
    .insertInto('tokens')
    .values({ token_key: tokenKey, minute_at: 0, hour_at: 0, blocked_until })
    .onConflict((conflict) =>
      conflict
        .column('token_key')
        .doUpdateSet({ blocked_until })
        .where((where) =>
          where.or([
            where('tokens.blocked_until', 'is', null),
            where('tokens.blocked_until', '<', blocked_until),
          ]),
        ),
    )
    .execute();
}
