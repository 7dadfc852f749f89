// Loaded before the forwarder starts: counts the points at which a process can die between a delivery and
// the end of its event - before and after each statement, each call to GitHub, each answer - and dies at the one that
// `POST /crash-at/N` names, by SIGKILL. `GET /crash-at` lists what was counted since. The forwarder knows nothing of it.
import { writeSync } from 'node:fs';
import { Server, ServerResponse, type IncomingMessage } from 'node:http';
import Database from 'better-sqlite3';
import pg from 'pg';

const points: string[] = [];
let dyingAt: number | undefined;

function pass(point: string): void {
  if (dyingAt === undefined) return;
  points.push(point);
  if (points.length !== dyingAt) return;
  writeSync(2, `killed ${point}\n`);
  process.kill(process.pid, 'SIGKILL');
}

/** The first words say which statement it is; its values are nobody's business. */
function nameStatement(text: string): string {
  return text.replaceAll('"', '').split(/\s+/, 3).join(' ');
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

function wrap(target: object, name: string, describe: (self: unknown, args: unknown[]) => string): void {
  const methods = target as Record<string, Method>;
  const original = methods[name] as Method;
  methods[name] = function wrapped(...args) {
    const what = describe(this, args);
    pass(`before ${what}`);
    const result = original.apply(this, args);
    if (result instanceof Promise) {
      return result.finally(() => pass(`after ${what}`));
    }
    pass(`after ${what}`);
    return result;
  };
}

const statement = new Database(':memory:').prepare('select 1');
for (const name of ['run', 'all', 'get', 'iterate']) {
  wrap(Object.getPrototypeOf(statement) as object, name, (self) =>
    nameStatement((self as Database.Statement).source),
  );
}
wrap(pg.Client.prototype, 'query', (_, [query]) =>
  nameStatement(typeof query === 'string' ? query : 'query'),
);
wrap(
  globalThis,
  'fetch',
  (_, [, init]) => `call to GitHub (${(init as RequestInit | undefined)?.method ?? 'GET'})`,
);
wrap(ServerResponse.prototype, 'end', () => 'answer');

const prototype = Server.prototype as unknown as Record<
  'emit',
  (this: Server, ...args: unknown[]) => boolean
>;
const { emit } = prototype;
prototype.emit = function emitOrArm(this: Server, ...args: unknown[]): boolean {
  const [name, request, response] = args as [string, IncomingMessage, ServerResponse];
  if (name !== 'request' || !request.url?.startsWith('/crash-at')) return emit.apply(this, args);
  const listed = JSON.stringify(points);
  if (request.method === 'POST') {
    points.length = 0;
    dyingAt = undefined;
    // The end of this very answer is no point.
    response.once('finish', () => {
      dyingAt = Number(request.url?.split('/')[2]);
    });
  }
  response.end(listed);
  return true;
};
