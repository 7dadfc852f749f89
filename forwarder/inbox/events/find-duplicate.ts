// A delivery → the event that already stands for it: the same delivery, the same head in work, or the same bytes.
import { compileOnce } from '../compile-once.ts';
import type { NewEvent, PullRequestFacts } from '../event.ts';
import type { Db, EventRow } from '../tables.ts';
import { composeTrace, HAS_NO_EFFECT, type Trace } from './compose-trace.ts';

/** After an hour the same head is taken as a new wish, so that one stuck event never blocks a pull request. */
const SAME_HEAD_WINDOW_MS = 60 * 60 * 1000;

export interface Duplicate {
  readonly id: number;
  readonly detail: string;
  /** It failed, and this is the same delivery about the same head: somebody sends it again on purpose. */
  readonly isRetry: boolean;
}

export async function findDuplicate(db: Db, event: NewEvent, now: Date): Promise<Duplicate | undefined> {
  return (
    (await findSameDelivery(db, event)) ??
    (await findSameHead(db, event, now)) ??
    (await findSameBody(db, event))
  );
}

async function findSameDelivery(db: Db, event: NewEvent): Promise<Duplicate | undefined> {
  const row = await db
    .selectFrom('events')
    .select(['id', 'status', 'repository_id', 'pull_request', 'head_sha'])
    .where('delivery_id', '=', event.deliveryId)
    .executeTakeFirst();
  // Its id is not signed: what it says has to be the same. Not its bytes, since one that was fetched has others.
  const { facts } = 'facts' in event ? event : {};
  const isSame =
    row?.repository_id === facts?.repositoryId &&
    row?.pull_request === facts?.pullRequest &&
    row?.head_sha === facts?.headSha;
  return (
    row && {
      id: row.id,
      detail: `This delivery was received before, as event ${row.id} (${row.status}).`,
      isRetry: row.status === 'failed' && isSame,
    }
  );
}

async function findSameHead(db: Db, event: NewEvent, now: Date): Promise<Duplicate | undefined> {
  if (event.effect !== 'dispatch') return undefined;
  const { repositoryId, pullRequest, headSha } = event.facts;
  const row = await db
    .selectFrom('events')
    .select(['id', 'status', 'pr_updated_at'])
    .where('repository_id', '=', repositoryId)
    .where('pull_request', '=', pullRequest)
    .where('head_sha', '=', headSha)
    .where('status', 'in', ['pending', 'processing'])
    .where('queued_at', '>', new Date(now.getTime() - SAME_HEAD_WINDOW_MS).toISOString())
    .orderBy('pr_updated_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  if (!row || (await isOvertaken(db, row, event.facts))) return undefined;
  const detail = `The same head of pull request #${pullRequest} is already ${row.status}, as event ${row.id}.`;
  return { id: row.id, detail, isRetry: false };
}

/**
 * Another head came after it, or a closing, and this delivery after that: somebody went back, and the newest run is not of
 * this head.
 */
async function isOvertaken(
  db: Db,
  { id, pr_updated_at }: Pick<EventRow, 'id' | 'pr_updated_at'>,
  { repositoryId, pullRequest, headSha, updatedAt }: PullRequestFacts,
): Promise<boolean> {
  if (pr_updated_at === null) return false;
  const between = await db
    .selectFrom('events')
    .select('id')
    .where('repository_id', '=', repositoryId)
    .where('pull_request', '=', pullRequest)
    .where('effect', 'in', ['dispatch', 'withdraw'])
    .where('pr_updated_at', '<=', updatedAt)
    .where((where) =>
      where.or([
        where('pr_updated_at', '>', pr_updated_at),
        where.and([where('pr_updated_at', '=', pr_updated_at), where('id', '>', id)]),
      ]),
    )
    .where((where) => where.or([where('head_sha', '<>', headSha), where('effect', '=', 'withdraw')]))
    .executeTakeFirst();
  return between !== undefined;
}

const selectSameBody = compileOnce((db, { bodyDigest, repositoryId, pullRequest }: Trace) =>
  db
    .selectFrom('events')
    .select(['id', 'delivery_id'])
    .where((where) =>
      where.or([
        where.and([where('body_digest', '=', bodyDigest), HAS_NO_EFFECT]),
        where.and([
          where('repository_id', '=', repositoryId),
          where('pull_request', '=', pullRequest),
          where('body_digest', '=', bodyDigest),
        ]),
      ]),
    )
    .compile(),
);

/** The headers of a delivery are not signed: who captured one could send it again under another id. */
async function findSameBody(db: Db, event: NewEvent): Promise<Duplicate | undefined> {
  const {
    rows: [row],
  } = await db.executeQuery(selectSameBody(db, composeTrace(event)));
  const detail = `The same body was received before, as event ${row?.id} under the delivery ${row?.delivery_id}.`;
  return row && { id: row.id, detail, isRetry: false };
}
