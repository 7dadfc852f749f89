// Asks again and again until there is an answer, or the deadline has passed.
import { setTimeout as pause } from 'node:timers/promises';

export async function waitFor<Value>(
  what: string,
  read: () => Promise<Value | undefined | false> | Value | undefined | false,
  deadlineMs = 10_000,
): Promise<Value> {
  const endsAt = performance.now() + deadlineMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > endsAt) throw new Error(`waited ${deadlineMs} ms in vain for ${what}`);
    await pause(10);
  }
}
