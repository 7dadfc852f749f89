// Accounts and repositories as the API shows them.
import { getUser, type Repository, type User, type World } from '../world.ts';
import { relocateExample, type Json } from './example.ts';

export function presentUser(world: World, { id, login, type }: User): Json {
  const api = `${world.apiUrl}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: `U_${id}`,
    avatar_url: `${world.url}/avatars/${id}`,
    gravatar_id: '',
    url: api,
    html_url: `${world.url}/${encodeURIComponent(login)}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type,
    user_view_type: 'public',
    site_admin: false,
  };
}

export function presentUserByLogin(world: World, login: string): Json {
  return presentUser(world, getUser(world, login));
}

export function presentRepository(world: World, repository: Repository): Json {
  const { id, name, fullName, owner, defaultBranch, forkOf, pulls } = repository;
  const {
    parent: _parent,
    source: _source,
    template_repository: _template,
    organization: _org,
    permissions: _permissions,
    ...base
  } = relocateExample('full-repository-default-response', world, repository);
  const open = pulls.filter(({ state }) => state === 'open').length;
  return {
    ...base,
    id,
    node_id: `R_${id}`,
    name,
    full_name: fullName,
    owner: presentUserByLogin(world, owner),
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    description: null,
    homepage: null,
    fork: forkOf !== undefined,
    default_branch: defaultBranch,
    html_url: `${world.url}/${fullName}`,
    clone_url: `${world.url}/${fullName}.git`,
    language: null,
    archived: false,
    disabled: false,
    open_issues: open,
    open_issues_count: open,
    ...(forkOf ? { parent: presentRepository(world, forkOf), source: presentRepository(world, forkOf) } : {}),
  };
}

/** As other objects hold it: without the repository it was forked from. */
export function presentRepositoryReference(world: World, repository: Repository): Json {
  const { parent: _parent, source: _source, ...reference } = presentRepository(world, repository);
  return reference;
}

/** What GitHub says of somebody beside what they wrote. */
export function presentAssociation({ owner, pulls }: Repository, author: string): string {
  if (author.toLowerCase() === owner.toLowerCase()) return 'OWNER';
  return pulls.some((pull) => pull.author === author) ? 'CONTRIBUTOR' : 'NONE';
}
