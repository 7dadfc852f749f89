// The dashboard: what the admin API tells, as tables, and what it can do, as buttons. Text from anywhere becomes text
// nodes and never markup; the token is kept for this tab only.

import { ApiError, ask, TOKEN } from './api.js';
import { composeEmpty, element, find } from './elements.js';
import { fillRows } from './fill-rows.js';
import { eventRow, repositoryRow } from './rows.js';

const REFRESH_MS = 5000;
/** Of refreshes, each so manieth reads the repositories as well. */
const REPOSITORIES_EVERY = 6;

/** What is shown now: how many pages of events, and which of the answers under way is the newest that was asked for. */
const view = { pages: 1, events: 0, repositories: 0, isUnreachable: false };

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
  fillRows(
    find('events'),
    events,
    ({ id }) => id,
    (event) => eventRow(event, action),
    none,
  );
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
  fillRows(
    find('repositories'),
    shown,
    ({ repository_id }) => repository_id,
    (repository) => repositoryRow(repository, action),
    none,
  );
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
