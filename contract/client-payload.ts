// The client_payload of the `nectr-review` repository_dispatch: the one thing the forwarder writes and the
// Action reads. Ids and SHAs only: text of a pull request never travels this way.
import * as z from 'zod/mini';

/** The `event_type` of the dispatch, and the `types` entry of the workflow that listens. */
export const DISPATCH_EVENT_TYPE = 'nectr-review';

/** The version this build writes and the only one it reads. */
export const PAYLOAD_VERSION = 1;

const sha = z.string().check(z.regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'a full commit SHA in lower-case hex'));
const id = z.int().check(z.positive());

/**
 * At most 10 top-level keys and 64 KB, or GitHub answers 422
 * (docs.github.com/rest/repos/repos#create-a-repository-dispatch-event). Strict: a key more is refused, so
 * that a forwarder ahead of the Action fails with a message and not with a guess.
 */
export const clientPayloadSchema = z.readonly(
  z.strictObject({
    version: z.literal(PAYLOAD_VERSION),
    /** The forwarder's own id of the stored event. */
    event_id: id,
    /** `X-GitHub-Delivery`: a GUID, kept as text. */
    delivery_id: z.string().check(z.minLength(1), z.maxLength(100)),
    /** GitHub's stable id of the repository; survives renames and transfers. */
    repository_id: id,
    /** Number of the pull request in that repository. */
    pull_request: id,
    /** Head commit when the webhook was sent; the branch may have moved since. */
    head_sha: sha,
    /** Base branch's commit when the webhook was sent. */
    base_sha: sha,
    /** Action of the webhook: `opened`, `synchronize`, … */
    action: z.string().check(z.minLength(1), z.maxLength(50)),
    /** When the dispatch was sent: ISO 8601, UTC. */
    sent_at: z.iso.datetime(),
  }),
);

export type ClientPayload = z.infer<typeof clientPayloadSchema>;

/** The outcome of reading a payload: refused with a reason that a person can act on, or read. */
export type ParsedClientPayload =
  | { readonly kind: 'payload'; readonly payload: ClientPayload }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Parses `github.event.client_payload`; never throws. An unknown version is named before anything else. What is wrong with a value
 * is told in the language that the entry has given zod: without one, only that it is wrong.
 */
export function parseClientPayload(value: unknown): ParsedClientPayload {
  const envelope = z.looseObject({ version: z.unknown() }).safeParse(value);
  if (!envelope.success || envelope.data.version === undefined) {
    return refused('client_payload has no version: this dispatch was not sent by a Nectr forwarder');
  }
  const { version } = envelope.data;
  if (version !== PAYLOAD_VERSION) {
    return refused(
      `client_payload has version ${JSON.stringify(version)}, and this Action reads version ${PAYLOAD_VERSION}: ` +
        (typeof version === 'number' && version > PAYLOAD_VERSION
          ? 'update the `uses:` line of the workflow to a newer Nectr'
          : 'update the forwarder to the release the workflow uses'),
    );
  }
  const parsed = clientPayloadSchema.safeParse(value);
  if (parsed.success) return { kind: 'payload', payload: parsed.data };
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'payload'}: ${issue.message}`,
  );
  return refused(`client_payload is not valid: ${problems.join('; ')}`);
}

function refused(reason: string): ParsedClientPayload {
  return { kind: 'refused', reason };
}
