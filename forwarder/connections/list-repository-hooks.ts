// The webhooks of a repository on GitHub, live, ours marked. Never a secret: also not one that another service's address
// carries in its query.
import { listHooks, type Hook } from '../github/hooks.ts';
import { splitName, type RepositoryName } from '../github/open-github.ts';
import { callGitHub, requireGitHub, type ConnectEdges } from './call-github.ts';
import { explainRefusal } from './explain-refusal.ts';
import { findConnection } from './find-connection.ts';

/** @throws Problem */
export async function listRepositoryHooks(edges: ConnectEdges, name: RepositoryName) {
  const { github } = await requireGitHub(edges, name);
  const { fullName, connection, isGone } = await findConnection(edges, github, name);
  if (isGone) throw explainRefusal({ kind: 'not_found' }, 'repository', fullName, undefined);
  const hooks = await callGitHub(edges, 'hooks', fullName, () => listHooks(github, splitName(fullName)));
  const isOurs = ({ id, config }: Hook): boolean => id === connection?.hookId || config.url === edges.hookUrl;
  return { repo: fullName, hooks: hooks.map((hook) => presentHook(hook, isOurs(hook))) };
}

function presentHook({ config, ...hook }: Hook, ours: boolean) {
  return {
    id: hook.id,
    ours,
    active: hook.active,
    events: hook.events,
    config: {
      url: config.url === undefined ? null : withoutCredentials(config.url),
      content_type: config.content_type ?? null,
      insecure_ssl: config.insecure_ssl ?? null,
    },
    created_at: hook.created_at,
    updated_at: hook.updated_at,
    last_response: hook.last_response ?? null,
  };
}

function withoutCredentials(address: string): string {
  const url = URL.parse(address);
  return url ? `${url.origin}${url.pathname}` : '';
}
