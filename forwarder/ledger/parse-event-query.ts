// `?repo=&status=&cursor=&limit=` → which events; every parameter that is wrong is named with what is allowed.
import * as z from 'zod';
import { EVENT_STATUSES } from '../inbox/event.ts';
import type { EventQuery } from '../inbox/inbox.ts';
import { Problem } from '../problem.ts';

const MAX_LIMIT = 100;
const limitRule = `must be a whole number from 1 to ${MAX_LIMIT}`;
const cursorRule = 'must be the next_cursor of the page before';

// Strict: a filter with a typing error in its name would otherwise mean all.
const pageSchema = z.strictObject({
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

const filterSchema = z.strictObject({
  repo: z
    .string('must be given once')
    .regex(/^[\w.-]+\/[\w.-]+$/, 'must be OWNER/NAME')
    .optional(),
  status: z.enum(EVENT_STATUSES, { error: `must be one of ${EVENT_STATUSES.join(', ')}` }).optional(),
});

type Query = Readonly<Record<string, unknown>>;

/** Of a repository that is named, and has to be found. */
export interface NamedEventQuery extends Omit<EventQuery, 'repositoryId'> {
  readonly repo: string | undefined;
}

/** @throws Problem 400 */
export function parseEventQuery(query: Query): NamedEventQuery {
  const { repo, status, cursor, limit } = parse(filterSchema.extend(pageSchema.shape), query);
  return { repo, status, beforeId: cursor, limit };
}

/** @throws Problem 400 */
export function parsePageQuery(query: Query): z.infer<typeof pageSchema> {
  return parse(pageSchema, query);
}

/** @throws Problem 400 */
export function parseRepositoryQuery(query: Query): string | undefined {
  return parse(filterSchema.pick({ repo: true }), query).repo;
}

function parse<Value>(schema: z.ZodType<Value>, query: Query): Value {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `${issue.keys.join(', ')} is no parameter here`
      : `${issue.path.join('.')} ${issue.message}`,
  );
  throw new Problem(400, 'invalid_query', problems.join('; '));
}

/** One more than asked for was read: it tells whether there is a next page. */
export function composePage<Item extends { readonly id: number }>(found: readonly Item[], limit: number) {
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  const nextCursor = last ? Buffer.from(`before:${last.id}`).toString('base64url') : null;
  return { page, nextCursor };
}
