// Headers → the secrets that may have signed a delivery. The webhook's id chooses; only without a connection of that
// webhook can the global secret match. Whose secret it was decides later whose repository the body may name.
import type { Connection } from '../inbox/connection.ts';
import type { ConnectionStore } from '../inbox/inbox.ts';

export interface Key {
  readonly secret: string;
  /** Undefined: the global secret. */
  readonly connection: Connection | undefined;
}

export interface ChosenKeys {
  readonly keys: readonly Key[];
  /** The connection that the webhook's id names, for the log of a refusal. */
  readonly named: Connection | undefined;
}

export async function chooseKeys(
  connections: ConnectionStore,
  hookId: string | undefined,
  globalSecret: string | undefined,
): Promise<ChosenKeys> {
  const named = isId(hookId) ? await connections.findByHook(Number(hookId)) : undefined;
  if (named) return { keys: listSecrets(named), named };
  // The ping of a new webhook arrives before GitHub has told us the webhook's id.
  const connecting = await connections.list('connecting');
  const global = globalSecret ? [{ secret: globalSecret, connection: undefined }] : [];
  return { keys: [...connecting.flatMap(listSecrets), ...global], named: undefined };
}

function listSecrets(connection: Connection): Key[] {
  const { secret, previousSecret } = connection;
  return [secret, previousSecret]
    .filter((value) => value !== null)
    .map((value) => ({ secret: value, connection }));
}

function isId(hookId: string | undefined): boolean {
  return hookId !== undefined && /^\d{1,15}$/.test(hookId);
}
