// What the API tells of a repository and of an event, as rows with their buttons. `action` makes a button.

import { ask } from './api.js';
import { element, find, reason, status, text, time } from './elements.js';

export function repositoryRow(repository, action) {
  const { repo, connected_at, last_response: last, last_response_read_at, paused, error } = repository;
  const path = `/api/v1/repos/${repo}`;
  const cell = element('td', {});
  if (paused) cell.append(status('paused', 'problem'), reason(paused.reason));
  else if (error) cell.append(status('unknown', 'warning'), reason(error.message));
  else if (last?.code >= 200 && last.code < 300) cell.append(status('works', 'ok'));
  else if (last?.code) cell.append(status(`answered ${last.code}`, 'problem'), reason(last.message));
  else if (!last_response_read_at) cell.append(status('not read yet', 'warning'));
  else cell.append(status('not used yet', 'warning'));
  if (last_response_read_at) cell.title = `As of ${new Date(last_response_read_at).toLocaleString()}`;
  return element(
    'tr',
    {},
    element('td', {}, repo),
    cell,
    element('td', {}, time(connected_at)),
    element(
      'td',
      { className: 'actions' },
      action('Doctor', `What is well with ${repo}, and what is not`, () => showDoctor(path)),
      action('Rotate secret', `Give the webhook of ${repo} a new secret`, async () => {
        await ask('POST', `${path}/rotate`);
        return `The webhook of ${repo} has a new secret.`;
      }),
      action('Disconnect', `Remove the webhook of ${repo}`, async () => {
        if (!confirm(`Remove the webhook of ${repo}? Its pull requests are not reviewed any more.`))
          return '';
        await ask('DELETE', `${path}/install`);
        return `${repo} is disconnected.`;
      }),
    ),
  );
}

export async function showDoctor(path) {
  const { repo, checks } = await ask('GET', `${path}/doctor`);
  const lines = checks.map(({ name, status: kind, message }) =>
    element('li', {}, status(kind, kind), ` ${name.replaceAll('_', ' ')}: ${message}`),
  );
  const doctor = find('doctor');
  doctor.replaceChildren(element('h3', {}, `Doctor: ${repo}`), element('ul', {}, ...lines));
  doctor.hidden = false;
}

const KINDS = { completed: 'ok', failed: 'problem', pending: 'warning', processing: 'warning' };

export function eventRow(event, action) {
  const { id, received_at, repo, event_type, pull_request, head_sha, run_url } = event;
  const kind = KINDS[event.status] ?? '';
  const what = element('td', {}, event_type.replaceAll('_', ' '));
  if (pull_request !== null) what.append(` #${pull_request}`);
  if (head_sha) what.append(' at ', element('code', { title: head_sha }, head_sha.slice(0, 7)));
  const state = element('td', {}, status(event.status, kind));
  if (run_url?.startsWith('http'))
    state.append(' ', element('a', { href: run_url, rel: 'noreferrer' }, 'run'));
  if (event.reason) state.append(reason(event.reason));
  const actions = element('td', { className: 'actions' });
  if (head_sha && ['completed', 'failed', 'superseded'].includes(event.status)) {
    actions.append(
      action('Send again', `Dispatch event ${id} once more`, async () => {
        await ask('POST', `/api/v1/events/${id}/redeliver`);
        return `Event ${id} is dispatched again.`;
      }),
    );
  }
  return element(
    'tr',
    {},
    element('td', {}, String(id)),
    element('td', {}, time(received_at)),
    element('td', {}, text(repo)),
    what,
    state,
    actions,
  );
}
