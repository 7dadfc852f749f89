// Waits for something that another process does, by looking again and again, with a deadline.
import { setTimeout as wait } from 'node:timers/promises';

const INTERVAL_MS = 20;

/** What `look` returns once it is not undefined. Rejects when it never comes. */
export async function poll<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await wait(INTERVAL_MS);
  }
}
