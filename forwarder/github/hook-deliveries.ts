// Deliveries of a webhook as GitHub keeps them for three days: listed newest first, read with their payload. Their ids
// have 64 bits, more than a JavaScript number holds: they are taken as text from the JSON itself.
import * as z from 'zod';
import type { ConditionalReader } from './conditional-reader.ts';
import type { GitHub, RepositoryName } from './open-github.ts';

export interface HookName extends RepositoryName {
  readonly hookId: number;
}

const deliverySchema = z.object({
  id: z.string().regex(/^\d+$/),
  guid: z.string(),
  delivered_at: z.string().transform((text) => new Date(text)),
  event: z.string(),
});

export type HookDelivery = z.infer<typeof deliverySchema>;

export interface DeliveryPage {
  readonly deliveries: readonly HookDelivery[];
  /** Of the next page; undefined on the last. */
  readonly cursor: string | undefined;
}

/** @throws what GitHub refuses, as Octokit tells it */
export async function listDeliveries(
  reader: ConditionalReader,
  github: GitHub,
  { owner, repo, hookId }: HookName,
  cursor: string | undefined,
): Promise<DeliveryPage> {
  const { value, link } = await reader.read(github, {
    route: 'GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries',
    parameters: { owner, repo, hook_id: hookId, per_page: 100, ...(cursor === undefined ? {} : { cursor }) },
    parse: (text) => z.array(deliverySchema).parse(parseWithIds(text)),
  });
  return { deliveries: value, cursor: readCursor(link) };
}

/** The payload as it was sent, which may be large: it is not kept. @throws what GitHub refuses, as Octokit tells it */
export async function readDeliveryPayload(
  github: GitHub,
  { owner, repo, hookId }: HookName,
  deliveryId: string,
): Promise<unknown> {
  const { data } = await github.request(
    'GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}',
    {
      owner,
      repo,
      hook_id: hookId,
      // The description says integer; the path is text all the same.
      delivery_id: deliveryId as unknown as number,
    },
  );
  return z.object({ request: z.object({ payload: z.unknown() }) }).parse(data).request.payload;
}

function readCursor(link: string | undefined): string | undefined {
  const [, next] = /<([^>]+)>; *rel="next"/.exec(link ?? '') ?? [];
  return next === undefined ? undefined : (URL.parse(next)?.searchParams.get('cursor') ?? undefined);
}

/** The reviver's third argument is in the standard since 2025 and in Node 24, not yet in TypeScript's library. */
type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

const parseJson = JSON.parse as (text: string, reviver: Reviver) => unknown;

function parseWithIds(text: string): unknown {
  return parseJson(text, (key, value, { source }) =>
    key === 'id' && typeof value === 'number' ? source : value,
  );
}
