// A delivery was signed with this secret → if it is the new one of a rotation, the old one has had its time.
import type { Connection } from '../inbox/connection.ts';
import type { ConnectionStore } from '../inbox/inbox.ts';
import type { Log } from '../open-log.ts';

export interface EndRotationEdges {
  readonly connections: ConnectionStore;
  /** Repositories whose rotation is being ended: each wait for a lock is a connection to PostgreSQL. */
  readonly ending: Set<number>;
  readonly log: Log;
  readonly now: () => Date;
}

/** Goes on behind the answer to the delivery: a rotation that is under way is waited for. */
export async function endRotation(
  { connections, ending, log, now }: EndRotationEdges,
  { repositoryId, secret, previousSecret }: Connection,
  usedSecret: string,
): Promise<void> {
  // With the old one nothing has ended: most deliveries of a rotation, and none of them has to wait for its lock.
  if (previousSecret === null || usedSecret !== secret) return;
  if (ending.has(repositoryId)) return;
  ending.add(repositoryId);
  try {
    await connections.exclusively(repositoryId, async (held) => {
      const current = await held.findByRepository(repositoryId);
      const isNewInUse = current?.state === 'connected' && current.secret === usedSecret;
      if (!current || !isNewInUse || current.previousSecret === null) return;
      await held.restore({ ...current, previousSecret: null }, now());
      log.info({ repo: current.fullName }, 'GitHub signs with the new secret: the old one is forgotten');
    });
  } catch (error) {
    log.warn({ err: error }, 'an old secret could not be forgotten; the next delivery tries again');
  } finally {
    ending.delete(repositoryId);
  }
}
