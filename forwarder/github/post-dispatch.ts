// Payload → one repository_dispatch. GitHub answers 204 without a run, also when no workflow listens. A redirect is an
// answer here: fetch would turn the POST into a GET (fetch.spec.whatwg.org/#http-redirect-fetch).
import {
  clientPayloadSchema,
  DISPATCH_EVENT_TYPE,
  type ClientPayload,
} from '../../contract/client-payload.ts';
import type { GitHub, RepositoryName } from './open-github.ts';

/** @throws what GitHub refuses, as Octokit tells it */
export async function postDispatch(
  github: GitHub,
  name: RepositoryName,
  payload: ClientPayload,
): Promise<'accepted' | 'moved'> {
  const { status } = await github.request('POST /repos/{owner}/{repo}/dispatches', {
    ...name,
    event_type: DISPATCH_EVENT_TYPE,
    client_payload: { ...clientPayloadSchema.parse(payload) },
    request: { redirect: 'manual' },
  });
  return (status as number) < 300 ? 'accepted' : 'moved';
}
