// Events → those of which anything is stored: the same delivery, the same bytes, or another event of the pull request. All others
// are the first of their kind, and need no further look.
import { sql } from 'kysely';
import { compileEach } from '../compile-once.ts';
import type { NewEvent } from '../event.ts';
import type { Db } from '../tables.ts';

export interface Trace {
  readonly deliveryId: string;
  readonly bodyDigest: string;
  readonly repositoryId: number | null;
  readonly pullRequest: number | null;
}

export function composeTrace(event: NewEvent): Trace {
  const { deliveryId, bodyDigest, repositoryId = null } = event;
  const pullRequest = 'facts' in event ? event.facts.pullRequest : (event.pullRequest ?? null);
  return { deliveryId, bodyDigest, repositoryId, pullRequest };
}

/** In the words of the partial index: with a parameter it would not be used. */
export const HAS_NO_EFFECT = sql<boolean>`effect = 'none'`;

/**
 * `offset 0` keeps PostgreSQL from another plan, which reads all events for each batch and takes 15 ms of 12,000: as long as a table is not
 * large, it thinks that this is less than to look up eighty.
 */
const ONE = sql.lit(1);
const FENCE = sql.lit(0);

const selectTraced = compileEach((db, traces: readonly Trace[]) =>
  db
    .with('arrivals(delivery_id, body_digest, repository_id, pull_request)', () => composeValues(traces))
    .selectFrom('arrivals')
    .select('arrivals.delivery_id')
    .where((where) => {
      const events = () => where.selectFrom('events').select('events.id').limit(ONE).offset(FENCE);
      return where.or([
        where.exists(events().whereRef('events.delivery_id', '=', 'arrivals.delivery_id')),
        where.exists(
          events().whereRef('events.body_digest', '=', 'arrivals.body_digest').where(HAS_NO_EFFECT),
        ),
        where.exists(
          events()
            .whereRef('events.repository_id', '=', 'arrivals.repository_id')
            .whereRef('events.pull_request', '=', 'arrivals.pull_request'),
        ),
      ]);
    }),
);

interface ArrivalRow {
  readonly delivery_id: string;
  readonly body_digest: string;
  readonly repository_id: number | null;
  readonly pull_request: number | null;
}

/** PostgreSQL takes a value whose type nothing tells for text. */
function composeValues(traces: readonly Trace[]) {
  const rows = traces.map(
    ({ deliveryId, bodyDigest, repositoryId, pullRequest }) =>
      sql`(${deliveryId}, ${bodyDigest}, cast(${repositoryId} as bigint), cast(${pullRequest} as integer))`,
  );
  return sql<ArrivalRow>`(values ${sql.join(rows)})`;
}

/** The ids of their deliveries. */
export async function findTraced(db: Db, events: readonly NewEvent[]): Promise<ReadonlySet<string>> {
  const rows = await selectTraced(db, events.map(composeTrace));
  return new Set(rows.map(({ delivery_id }) => delivery_id));
}
