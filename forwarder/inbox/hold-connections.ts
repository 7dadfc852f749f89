// The store of connections, as long as a lock is held. Another replica may be at work once it was lost: what is still asked
// then fails, so that it undoes nothing of that.
import type { ConnectionStore } from './inbox.ts';

export function holdConnections(store: ConnectionStore, lost: AbortSignal): ConnectionStore {
  return new Proxy(store, {
    get: (target, name, receiver) => {
      if (lost.aborted)
        throw new Error('the lock was lost with its connection to the database: nothing is written');
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}
