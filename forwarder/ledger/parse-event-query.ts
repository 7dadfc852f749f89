// `?repo=&status=&cursor=&limit=` → which events; every parameter that is wrong is named with what is allowed.
import { z } from 'zod';
import { EVENT_STATUSES } from '../inbox/event.ts';
import type { EventQuery } from '../inbox/inbox.ts';
import { Problem } from '../problem.ts';

const MAX_LIMIT = 100;
const limitRule = `must be a whole number from 1 to ${MAX_LIMIT}`;
const cursorRule = 'must be the next_cursor of the page before';

const querySchema = z.object({
  repo: z
    .string('must be given once')
    .regex(/^[\w.-]+\/[\w.-]+$/, 'must be OWNER/NAME')
    .optional(),
  status: z.enum(EVENT_STATUSES, { error: `must be one of ${EVENT_STATUSES.join(', ')}` }).optional(),
  cursor: z
    .string(cursorRule)
    .transform((text) => /^before:(\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString())?.[1])
    .pipe(z.string(cursorRule).transform(Number))
    .optional(),
  limit: z
    .string(limitRule)
    .regex(/^\d{1,3}$/, limitRule)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MAX_LIMIT, limitRule)
    .default(50),
});

/** @throws Problem 400 */
export function parseEventQuery(query: Readonly<Record<string, unknown>>): EventQuery {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
  const parsed = querySchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new Problem(400, 'invalid_query', problems.join('; '));
  }
  const { repo, status, cursor, limit } = parsed.data;
  return { repo, status, beforeId: cursor, limit };
}

export function composeCursor(lastId: number): string {
  return Buffer.from(`before:${lastId}`).toString('base64url');
}
