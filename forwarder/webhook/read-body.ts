// The bytes of a request, within two bounds: GitHub's 25 MiB for one, and a budget for all that are being read at once.
// What is over the budget is refused unread: GitHub shows it as failed, and it is fetched later.
import type { Request } from 'express';
import { Problem } from '../problem.ts';

/** GitHub never sends more (docs.github.com/webhooks/webhook-events-and-payloads). */
export const MAX_BODY_BYTES = 25 * 1024 * 1024;

/**
 * The first part of every body comes from a pool of its own: real deliveries have some 25 KB, and a flood of large ones
 * must not keep them out.
 */
const SMALL_BYTES = 256 * 1024;

export interface BodyLimits {
  /** Of the first 256 KiB of all bodies together. */
  readonly smallBytes: number;
  /** Of all that is beyond. */
  readonly largeBytes: number;
}

export class BodyBudget {
  readonly #limits: BodyLimits;
  #small = 0;
  #large = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /** A body of `from` bytes grows to `to`. False: there is no room, and nothing was taken. */
  grow(from: number, to: number): boolean {
    const small = Math.min(to, SMALL_BYTES) - Math.min(from, SMALL_BYTES);
    const large = Math.max(to - SMALL_BYTES, 0) - Math.max(from - SMALL_BYTES, 0);
    const fits =
      this.#small + small <= this.#limits.smallBytes && this.#large + large <= this.#limits.largeBytes;
    if (fits) {
      this.#small += small;
      this.#large += large;
    }
    return fits;
  }

  giveBack(bytes: number): void {
    this.#small -= Math.min(bytes, SMALL_BYTES);
    this.#large -= Math.max(bytes - SMALL_BYTES, 0);
  }
}

export interface ReadBody {
  readonly body: Buffer;
  /** The body is no longer needed. */
  readonly release: () => void;
}

/** @throws Problem 400, 413, 415 or 503 */
export async function readBody(request: Request, budget: BodyBudget): Promise<ReadBody> {
  const encoding = request.get('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new Problem(415, 'unsupported_media_type', 'The body must not be compressed.');
  }
  if (Number(request.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  let size = 0;
  const release = (): void => {
    budget.giveBack(size);
    size = 0;
  };
  try {
    const body = await collect(request, (bytes) => {
      if (size + bytes > MAX_BODY_BYTES) throw tooLarge();
      if (!budget.grow(size, size + bytes)) throw overBudget();
      size += bytes;
    });
    return { body, release };
  } catch (error) {
    release();
    if (error instanceof Problem) throw error;
    throw new Problem(400, 'bad_request', 'The body ended too early.', { cause: error });
  }
}

/** Stops reading when `take` throws; the request is not destroyed with it: who is refused still hears why. */
function collect(request: Request, take: (bytes: number) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const read = (chunk: Buffer): void => {
      try {
        take(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        request.off('data', read).pause();
        reject(error);
      }
    };
    request.on('data', read);
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => {
      // It comes behind every end as well, and an error costs 10 µs.
      if (!request.readableEnded) reject(new Error('the connection was closed'));
    });
  });
}

function tooLarge(): Problem {
  return new Problem(
    413,
    'payload_too_large',
    'The body is larger than 25 MiB, and GitHub never sends more.',
  );
}

function overBudget(): Problem {
  return new Problem(503, 'overloaded', 'Too many large bodies at once; send it again later.', {
    headers: { 'Retry-After': '30' },
  });
}
