// Every call of an Octokit → the same call, at the pace that GitHub asks for, and again where it failed for the moment only.
// Octokit's own plugins do so behind queues that wait for timers, 11 to 21 ms for each call (docs/adr/0025).
import { setTimeout as sleep } from 'node:timers/promises';
import type { getOctokit } from '@actions/github';
import { RequestError } from '@octokit/request-error';
import PQueue from 'p-queue';
import * as z from 'zod/mini';
import { isRateLimit, readWaitMs } from '../../contract/rate-limit.ts';

export interface Patience {
  readonly log: (message: string) => void;
  /** Resolves after so many milliseconds; by default a timer. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/**
 * One write after the other, and sixty a minute: GitHub asks who makes many for a second between them
 * (docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api), and takes eighty. A review makes a few, at once;
 * who marks dozens of findings as fixed waits.
 */
const WRITES = { concurrency: 1, intervalCap: 60, interval: 60_000, strict: true };
const READS = { concurrency: 10 };

type Details = ConstructorParameters<typeof RequestError>[2];
type Request = Details['request'];
type Response = NonNullable<Details['response']>;

/**
 * Limits are waited out as GitHub's headers ask. A 5xx or a lost connection is tried again `request.retries` times, by default
 * three; writes that are not idempotent set 0, since it may come after GitHub has done the work.
 */
export function keepToLimits(octokit: ReturnType<typeof getOctokit>, patience: Patience): void {
  const [reads, writes] = [new PQueue(READS), new PQueue(WRITES)];
  octokit.hook.wrap('request', (send, options) => {
    const queue = options.method === 'GET' ? reads : writes;
    return queue.add(() => callPatiently(async () => send(options), options, patience));
  });
}

async function callPatiently<Answer extends Response>(
  send: () => Promise<Answer>,
  request: Request,
  { log, wait = sleep }: Patience,
): Promise<Answer> {
  const retries = Number(request.request?.['retries'] ?? RETRIES);
  const spent: Spent = { failures: 0, waits: 0 };
  for (;;) {
    try {
      return refuseErrors(await send(), request);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      spent[isRateLimit(error) ? 'waits' : 'failures'] += 1;
      const pause = planPause(error, spent, retries);
      if (!pause) throw error;
      log(`GitHub ${pause.why} ${request.method} ${request.url}: tried again in ${pause.seconds} s`);
      await wait(pause.seconds * 1000);
    }
  }
}

const RETRIES = 3;
const MAX_RATE_LIMIT_WAITS = 2;
/** A job has thirty minutes, and is paid for while it sleeps: a longer wait is a failure that says when to come back. */
const MAX_WAIT_SECONDS = 120;
/** Where GitHub does not say how long: it asks for a minute at least. */
const UNASKED_WAIT_SECONDS = 60;

/** How often a call has failed, and was limited. */
interface Spent {
  failures: number;
  waits: number;
}

interface Pause {
  readonly seconds: number;
  readonly why: string;
}

/** Undefined: it is not to be tried again. */
function planPause(error: RequestError, { failures, waits }: Spent, retries: number): Pause | undefined {
  if (isRateLimit(error)) {
    const askedMs = readWaitMs(error, new Date());
    const seconds = askedMs === undefined ? UNASKED_WAIT_SECONDS : Math.ceil(askedMs / 1000);
    if (waits > MAX_RATE_LIMIT_WAITS || seconds > MAX_WAIT_SECONDS) return undefined;
    return { seconds, why: 'limits the rate of' };
  }
  if (error.status < 500 || failures > retries) return undefined;
  // Of a lost connection Octokit says 500 as well.
  const why = error.response ? `answered ${error.status} to` : 'could not be reached for';
  // 1, 4 and 9: what is down for longer is told.
  return { seconds: failures ** 2, why };
}

const errorsSchema = z.object({
  errors: z.array(z.object({ type: z.optional(z.string()), message: z.string() })),
});

/** GraphQL tells its failures with a 200: those that pass are made the errors that they would be elsewhere. */
function refuseErrors<Answer extends Response>(response: Answer, request: Request): Answer {
  const { errors } = errorsSchema.safeParse(response.data).data ?? { errors: [] };
  for (const { type, message } of errors) {
    if (type?.startsWith('RATE_LIMIT')) {
      // It counts points, and says so also when some are left that are not enough: the reset counts all the same.
      const headers = { ...response.headers, 'x-ratelimit-remaining': '0' };
      throw new RequestError(message, 429, { request, response: { ...response, headers } });
    }
    if (message.startsWith('Something went wrong while executing your query'))
      throw new RequestError(message, 500, { request, response });
  }
  return response;
}
