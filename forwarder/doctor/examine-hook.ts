// Connection → whether its webhook is there, as we made it, and delivers.
import type { ConnectEdges } from '../connections/call-github.ts';
import { isAsWeMakeIt } from '../connections/connect-repository.ts';
import { readHook, type Hook } from '../github/hooks.ts';
import type { GitHub, RepositoryName } from '../github/open-github.ts';
import { readPause, type Connection } from '../inbox/connection.ts';
import { tellOf, type Check } from './check.ts';

const tell = tellOf('webhook');

/** @throws what GitHub refuses, as Octokit tells it */
export async function examineHook(
  { access, hookUrl, reader, isPolling, now }: ConnectEdges,
  github: GitHub,
  name: RepositoryName,
  connection: Connection | undefined,
): Promise<Check> {
  if (connection?.state !== 'connected' || connection.hookId === null) {
    const path = `/api/v1/repos/${name.owner}/${name.repo}/install`;
    return tell('problem', `The repository is not connected: POST ${path}.`);
  }
  if (connection.secret === '') {
    return tell(
      'problem',
      'The secret of the webhook cannot be read with SECRETS_KEY: put the key back, or connect the repository again.',
    );
  }
  const hook = await readHook(reader, github, name, connection.hookId);
  if (!hook) return tell('problem', 'The webhook is gone on GitHub: connect the repository again.');
  if (!hook.active) return tell('problem', 'The webhook is switched off: connect the repository again.');
  if (hookUrl !== undefined && !isAsWeMakeIt(hook, hookUrl)) return tellChanged(hook);
  const pause = readPause(connection, access?.credentialsKey, now());
  if (pause) return tell('problem', `Paused until ${pause.until}: ${pause.reason}.`);
  if (isPolling)
    return tell('ok', 'The webhook is there. Its deliveries are fetched (`--poll`): it need not lead here.');
  return tellLastResponse(hook);
}

function tellChanged({ last_response: last }: Hook): Check {
  const cause =
    last?.code === 403
      ? 'its last delivery was refused, as when its secret was changed'
      : 'it was changed, or BACKEND_URL was';
  return tell('problem', `The webhook is not as Nectr makes it (${cause}): connect the repository again.`);
}

function tellLastResponse({ last_response: last }: Hook): Check {
  const code = last?.code ?? null;
  if (code === null) return tell('ok', 'The webhook is there, and was not used yet.');
  if (code >= 200 && code <= 299) return tell('ok', 'The webhook works.');
  return tell(
    'warning',
    `The last delivery was not taken (${code} ${last?.message ?? ''}): check that BACKEND_URL leads here. It will be fetched.`,
  );
}
