// Connections with readable secrets ↔ the store, which sees sealed ones only. One that no key opens is shown empty, and an empty
// secret verifies nothing: its repository can be connected again, and the others go on.
import type { Log } from '../open-log.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import type { Connection } from './connection.ts';
import type { ConnectionStore } from './inbox.ts';

/** Of the store, what reads and writes. */
export type ConnectionRows = Omit<ConnectionStore, 'exclusively'>;

export function sealConnections(store: ConnectionRows, box: SecretBox, log: Log): ConnectionRows {
  const told = new Set<string>();
  // One is read with each delivery, and to open it anew takes longer than to look up its row.
  const opened = new Map<string, string>();
  const openSecret = (sealed: string, repositoryId: number): string => {
    try {
      const key = `${repositoryId} ${sealed}`;
      const known = opened.get(key);
      if (known !== undefined) return known;
      const secret = box.open(sealed, repositoryId);
      if (opened.size >= MAX_OPENED) opened.clear();
      opened.set(key, secret);
      return secret;
    } catch (error) {
      // Once: it is read with each delivery.
      if (!told.has(sealed)) log.error({ err: error }, 'a secret cannot be read: its deliveries are refused');
      told.add(sealed);
      return UNREADABLE;
    }
  };
  const open = (connection: Connection): Connection => change(connection, openSecret);
  const openIfThere = (connection: Connection | undefined) => connection && open(connection);
  return {
    ...store,
    findByHook: async (hookId) => openIfThere(await store.findByHook(hookId)),
    findByRepository: async (repositoryId) => openIfThere(await store.findByRepository(repositoryId)),
    findByName: async (fullName) => openIfThere(await store.findByName(fullName)),
    list: async (state) => (await store.list(state)).map(open),
    begin: async (begun, now) =>
      open(await store.begin({ ...begun, secret: box.seal(begun.secret, begun.repositoryId) }, now)),
    complete: async (id, hookId, now) => open(await store.complete(id, hookId, now)),
    restore: (connection, now) =>
      store.restore(
        change(connection, (secret, id) => box.seal(secret, id)),
        now,
      ),
  };
}

/** More than anybody connects; those that were replaced are forgotten some day. */
const MAX_OPENED = 10_000;

const UNREADABLE = '';

/** False: they are not what was read any more. */
export type ReplaceSecrets = (read: Connection, sealed: Secrets) => Promise<boolean>;

type Secrets = Pick<Connection, 'secret' | 'previousSecret'>;

/**
 * Seals again with the first key what another one has sealed. Returns how many. A service may work on the same store: a
 * secret that it gave anew meanwhile stays, sealed with the key that it has.
 * @throws after all others, when one cannot be opened
 */
export async function resealConnections(
  store: Pick<ConnectionStore, 'list'>,
  box: SecretBox,
  replace: ReplaceSecrets,
): Promise<number> {
  const sealed = [...(await store.list('connected')), ...(await store.list('connecting'))];
  const isOld = (text: string | null): boolean => text !== null && !box.isCurrent(text);
  let count = 0;
  let problem: unknown;
  for (const connection of sealed) {
    if (!isOld(connection.secret) && !isOld(connection.previousSecret)) continue;
    try {
      const again = change(connection, (text, id) => box.seal(box.open(text, id), id));
      if (await replace(connection, again)) count += 1;
    } catch (error) {
      problem ??= error;
    }
  }
  if (problem !== undefined) throw problem;
  return count;
}

function change(connection: Connection, work: (secret: string, repositoryId: number) => string): Connection {
  const { secret, previousSecret, repositoryId } = connection;
  return {
    ...connection,
    secret: work(secret, repositoryId),
    previousSecret: previousSecret === null ? null : work(previousSecret, repositoryId),
  };
}
