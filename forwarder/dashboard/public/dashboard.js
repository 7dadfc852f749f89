// The dashboard: what the admin API tells, as tables, and what it can do, as buttons. Text from anywhere becomes text
// nodes and never markup; the token is kept for this tab only.

import { fillRows } from './fill-rows.js';

const REFRESH_MS = 5000;
/** Of refreshes, each so manieth reads the repositories as well. */
const REPOSITORIES_EVERY = 6;
const TOKEN = 'nectr admin token';

const find = (id) => document.getElementById(id);
const text = (value) => document.createTextNode(value ?? '');
/** What is shown now: how many pages of events, and which of the answers under way is the newest that was asked for. */
const view = { pages: 1, events: 0, repositories: 0, isUnreachable: false };

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(method, path) {
  const token = sessionStorage.getItem(TOKEN);
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const answer = await fetch(path, { method, headers });
  const body = await answer.json().catch(() => ({ message: `The service answered ${answer.status}.` }));
  if (!answer.ok) throw new ApiError(answer.status, body.message);
  return body;
}

function notify(message, kind = 'ok') {
  const notice = find('notice');
  notice.textContent = message;
  notice.className = `notice ${kind}`;
  notice.hidden = message === '';
}

function fail(error) {
  if (error instanceof ApiError && error.status === 401) {
    const wasSignedIn = sessionStorage.getItem(TOKEN) !== null;
    sessionStorage.removeItem(TOKEN);
    showSignIn();
    if (wasSignedIn) notify('This is not the admin token of this service.', 'problem');
    return;
  }
  view.isUnreachable = true;
  const message = error instanceof ApiError ? error.message : 'The service cannot be reached.';
  notify(find('content').hidden ? `${message} Trying again…` : message, 'problem');
}

function showSignIn() {
  find('sign-in').hidden = false;
  find('content').hidden = true;
  find('sign-out').hidden = true;
}

/** A button that cannot be pressed twice, and whose outcome is told. */
function action(label, title, work) {
  const button = element('button', { type: 'button', textContent: label, title });
  button.addEventListener('click', () => press(button, work));
  return button;
}

async function press(button, work) {
  button.disabled = true;
  try {
    const message = await work();
    if (message) notify(message);
    await refresh();
  } catch (error) {
    fail(error);
  } finally {
    button.disabled = false;
  }
}

function time(value) {
  if (!value) return text('—');
  return element('time', { dateTime: value, title: value }, new Date(value).toLocaleString());
}

function repositoryRow(repository) {
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

function status(label, kind) {
  return element('span', { className: `status ${kind}` }, label);
}

function reason(message) {
  return element('span', { className: 'reason' }, text(message));
}

async function showDoctor(path) {
  const { repo, checks } = await ask('GET', `${path}/doctor`);
  const lines = checks.map(({ name, status: kind, message }) =>
    element('li', {}, status(kind, kind), ` ${name.replaceAll('_', ' ')}: ${message}`),
  );
  const doctor = find('doctor');
  doctor.replaceChildren(element('h3', {}, `Doctor: ${repo}`), element('ul', {}, ...lines));
  doctor.hidden = false;
}

const KINDS = { completed: 'ok', failed: 'problem', pending: 'warning', processing: 'warning' };

function eventRow(event) {
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

function composeEmpty(columns, message) {
  return element('tr', {}, element('td', { colSpan: columns, className: 'empty' }, message));
}

async function readEvents() {
  const given = new FormData(find('filter'));
  const query = new URLSearchParams({
    repo: given.get('repo').trim(),
    status: given.get('status'),
    limit: '50',
  });
  const events = [];
  let cursor = '';
  for (let page = 0; page < view.pages && cursor !== null; page += 1) {
    query.set('cursor', cursor);
    const answer = await ask('GET', `/api/v1/events?${query}`);
    events.push(...answer.events);
    cursor = answer.next_cursor;
  }
  return { events, hasMore: cursor !== null };
}

async function showHealth() {
  const answer = await fetch('/readyz').catch(() => undefined);
  const health = find('health');
  health.className = answer?.ok ? 'ok' : 'problem';
  health.textContent = answer?.ok ? 'ready' : 'not ready';
}

/** An answer that comes after a newer one was asked for, as with another filter, is not shown. */
async function refreshEvents() {
  view.events += 1;
  const mine = view.events;
  const { events, hasMore } = await readEvents();
  if (mine !== view.events) return;
  showContent();
  const none = composeEmpty(6, 'No events yet: open a pull request in a connected repository.');
  fillRows(find('events'), events, ({ id }) => id, eventRow, none);
  find('older').hidden = !hasMore;
}

async function refreshRepositories() {
  view.repositories += 1;
  const mine = view.repositories;
  const { repos } = await ask('GET', '/api/v1/repos');
  if (mine !== view.repositories) return;
  const none = composeEmpty(4, 'No repository is connected yet.');
  // When it was read is no change of what was read.
  const shown = repos.map((repo) => ({ ...repo, last_response_read_at: readMinute(repo) }));
  fillRows(find('repositories'), shown, ({ repository_id }) => repository_id, repositoryRow, none);
}

function readMinute({ last_response_read_at: at }) {
  return at && `${at.slice(0, 16)}:00Z`;
}

function showContent() {
  find('sign-in').hidden = true;
  find('content').hidden = false;
  find('sign-out').hidden = sessionStorage.getItem(TOKEN) === null;
  if (view.isUnreachable) notify('');
  view.isUnreachable = false;
}

async function refresh(withRepositories = true) {
  await showHealth();
  await refreshEvents();
  if (withRepositories) await refreshRepositories();
}

function describeConnected({ repo, ping, workflow }) {
  const parts = [`${repo} is connected.`];
  if (ping === 'missing') parts.push("GitHub's ping has not arrived: check that BACKEND_URL leads here.");
  if (workflow?.status === 'proposed') parts.push(`The workflow is proposed: ${workflow.url}`);
  if (workflow?.status === 'present') parts.push(`It has a workflow: ${workflow.path}.`);
  if (workflow?.status === 'failed') parts.push(workflow.message);
  return parts.join(' ');
}

find('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  sessionStorage.setItem(TOKEN, new FormData(form).get('token'));
  form.reset();
  notify('');
  refresh().catch(fail);
});

find('sign-out').addEventListener('click', () => {
  sessionStorage.removeItem(TOKEN);
  location.reload();
});

find('connect').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const given = new FormData(form);
  const query = given.get('workflow') ? '?workflow=pull-request' : '';
  const path = `/api/v1/repos/${given.get('repo').trim()}/install${query}`;
  void press(event.submitter ?? form.querySelector('button'), async () => {
    const message = describeConnected(await ask('POST', path));
    form.reset();
    return message;
  });
});

find('filter').addEventListener('submit', (event) => event.preventDefault());
find('filter').addEventListener('change', () => {
  view.pages = 1;
  refresh(false).catch(fail);
});

find('older').addEventListener('click', () => {
  view.pages += 1;
  refresh(false).catch(fail);
});

find('reconcile').addEventListener('click', ({ currentTarget }) => {
  void press(currentTarget, async () => {
    const { deliveries, problems } = await ask('POST', '/api/v1/reconcile');
    return [`${deliveries} missed deliveries taken in.`, ...problems].join(' ');
  });
});

find('redeliver-failed').addEventListener('click', ({ currentTarget }) => {
  void press(currentTarget, async () => {
    const { queued, refused } = await ask('POST', '/api/v1/events/redeliver');
    return `${queued.length} events are dispatched again${refused > 0 ? `; ${refused} have a newer one` : ''}.`;
  });
});

refresh().catch(fail);
let rounds = 0;
setInterval(() => {
  // Also while there is nothing to see: the service may have been starting when the page was opened.
  if (!find('sign-in').hidden || document.hidden) return;
  rounds += 1;
  refresh(find('content').hidden || rounds % REPOSITORIES_EVERY === 0).catch(fail);
}, REFRESH_MS);
