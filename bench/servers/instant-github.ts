// A GitHub of one repository that takes every dispatch after 50 ms and knows no rate limit, as Enterprise Server comes. For one
// process. It shows the secret of the webhook that was made, so that deliveries can be signed with it.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { announce } from './announce.ts';

const DELAY_MS = 50;
const CREATED_AT = '2026-01-01T00:00:00Z';
let dispatches = 0;
let lastAt = 0;
let secret = '';

interface HookRequest {
  readonly config: { readonly secret: string; readonly url: string };
  readonly events: readonly string[];
}

announce(
  createServer((request, response) => {
    const answer = (status: number, body?: unknown): void => {
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(body === undefined ? undefined : JSON.stringify(body));
    };
    switch (`${request.method} ${request.url?.split('?', 1)[0]}`) {
      case 'GET /dispatched':
        return answer(200, { dispatches, lastAt });
      case 'GET /secret':
        return answer(200, { secret });
      case 'GET /repos/ada/engine':
        return answer(200, { id: 1, full_name: 'ada/engine' });
      case 'GET /repos/ada/engine/hooks':
        return answer(200, []);
      case 'POST /repos/ada/engine/hooks':
        void json(request).then((asked) => {
          const { config, events } = asked as HookRequest;
          secret = config.secret;
          const shown = { url: config.url, content_type: 'json', insecure_ssl: '0' };
          answer(201, {
            id: 1,
            active: true,
            events,
            config: shown,
            created_at: CREATED_AT,
            updated_at: CREATED_AT,
          });
        });
        return;
      case 'POST /repos/ada/engine/dispatches':
        request.resume();
        setTimeout(() => {
          dispatches += 1;
          lastAt = Date.now();
          answer(204);
        }, DELAY_MS);
        return;
      case 'GET /repos/ada/engine/actions/runs':
        return answer(200, { total_count: 0, workflow_runs: [] });
      default:
        request.resume();
        answer(request.method === 'POST' ? 204 : 404);
    }
  }),
);
