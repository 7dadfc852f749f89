// How many events there are of each status, and since when the oldest one waits.
import type { EventStatus } from '../event.ts';
import type { EventMeasures } from '../inbox.ts';
import type { Db } from '../tables.ts';

export async function measureEvents(db: Db): Promise<EventMeasures> {
  const rows = await db
    .selectFrom('events')
    .select((select) => ['status', select.fn.countAll<number | string>().as('count')])
    .groupBy('status')
    .execute();
  const oldest = await db
    .selectFrom('events')
    .select((select) => select.fn.min('queued_at').as('at'))
    .where('status', 'in', ['pending', 'processing'])
    .executeTakeFirst();
  return {
    counts: new Map(rows.map(({ status, count }): [EventStatus, number] => [status, Number(count)])),
    oldestOpenAt: typeof oldest?.at === 'string' ? new Date(oldest.at) : undefined,
  };
}
