// What the webhook of each connection last answered, as GitHub was last heard to say, and when that was. Asking never
// waits for long: a few are read at once within a deadline, many behind the answer, at the pace of all reads in the background.
import { setTimeout as wait } from 'node:timers/promises';
import pMap from 'p-map';
import { readInBackground } from '../dispatch/read-in-background.ts';
import { readHook, type Hook } from '../github/hooks.ts';
import { splitName } from '../github/open-github.ts';
import type { Connection } from '../inbox/connection.ts';
import { Problem } from '../problem.ts';
import { requireGitHub, type ConnectEdges } from './call-github.ts';
import { explainRefusal } from './explain-refusal.ts';

export interface HookReading {
  readonly lastResponse: Hook['last_response'] | undefined;
  /** Why GitHub shows none. */
  readonly problem: Problem | undefined;
  readonly readAt: Date;
}

/** So many are a handful: they are read again for each that asks. */
const FEW = 20;
/** Of many, those that were read within this are not read again. */
const MAX_AGE_MS = 60_000;
const DEADLINE_MS = 600;
/** Reads behind the answer at a time: whatever else has to be read gets its turn between them. */
const CONCURRENCY = 4;

export class HookReadings {
  readonly #edges: ConnectEdges;
  readonly #known = new Map<number, HookReading>();
  readonly #underWay = new Map<number, Promise<void>>();
  #isSweeping = false;

  constructor(edges: ConnectEdges) {
    this.#edges = edges;
  }

  /** Undefined: not read yet. */
  find({ hookId }: Connection): HookReading | undefined {
    return hookId === null ? undefined : this.#known.get(hookId);
  }

  /** Settles when what is few was read, or after 0.6 s; what is many is read behind it. */
  async refresh(connections: readonly Connection[]): Promise<void> {
    this.#forgetOthers(connections);
    const isFew = connections.length <= FEW;
    const due = connections.filter((connection) => isFew || this.#isDue(connection));
    if (due.length > FEW) {
      if (this.#isSweeping) return;
      this.#isSweeping = true;
      void this.#readAll(due).finally(() => (this.#isSweeping = false));
      return;
    }
    const done = new AbortController();
    await Promise.race([
      Promise.all(due.map((connection) => this.#read(connection))),
      wait(DEADLINE_MS, undefined, { signal: done.signal }).catch(() => {}), // they were faster
    ]);
    done.abort();
  }

  #isDue(connection: Connection): boolean {
    const { readAt } = this.find(connection) ?? {};
    return readAt === undefined || this.#edges.now().getTime() - readAt.getTime() > MAX_AGE_MS;
  }

  #forgetOthers(connections: readonly Connection[]): void {
    const hookIds = new Set(connections.map(({ hookId }) => hookId));
    for (const hookId of this.#known.keys()) if (!hookIds.has(hookId)) this.#known.delete(hookId);
  }

  async #readAll(connections: readonly Connection[]): Promise<void> {
    const { stopping: signal } = this.#edges;
    const readIfDue = (connection: Connection) =>
      this.#isDue(connection) ? this.#read(connection) : undefined;
    await pMap(connections, readIfDue, { concurrency: CONCURRENCY, signal }).catch(() => {}); // the service stops
  }

  /** Never rejects. Whoever asks while it is read waits for the same answer. */
  #read(connection: Connection): Promise<void> {
    const { hookId } = connection;
    if (hookId === null) return Promise.resolve();
    const underWay = this.#underWay.get(hookId);
    if (underWay) return underWay;
    const reading = readHookOf(this.#edges, connection, hookId)
      .then((read) => {
        if (read) this.#known.set(hookId, { ...read, readAt: this.#edges.now() });
      })
      .catch((error: unknown) => {
        if (this.#edges.stopping.aborted) return;
        this.#edges.log.warn({ repo: connection.fullName, err: error }, 'a webhook could not be read');
      })
      .finally(() => this.#underWay.delete(hookId));
    this.#underWay.set(hookId, reading);
    return reading;
  }
}

/** Undefined: nothing was asked, so that what was heard before still stands. */
async function readHookOf(
  edges: ConnectEdges,
  connection: Connection,
  hookId: number,
): Promise<Omit<HookReading, 'readAt'> | undefined> {
  const { fullName } = connection;
  const name = splitName(fullName);
  const { access, governor, reader, now, inbox } = edges;
  if (!access || !governor) {
    const problem = await requireGitHub(edges, name).then(() => undefined, readProblem);
    return { lastResponse: undefined, problem };
  }
  const background = { connections: inbox.connections, access, governor, now };
  const read = await readInBackground(background, name, connection, ({ github }) =>
    readHook(reader, github, name, hookId),
  );
  switch (read.kind) {
    case 'waits':
      return undefined;
    case 'refused':
      return {
        lastResponse: undefined,
        problem: explainRefusal(read.refusal, 'hooks', fullName, undefined),
      };
    case 'read':
      return { lastResponse: read.value?.last_response, problem: read.value ? undefined : composeMissing() };
  }
}

function readProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}

function composeMissing(): Problem {
  return new Problem(
    404,
    'webhook_not_found',
    'GitHub has no such webhook any more, or the token may not see it: connect the repository again.',
  );
}
