// What belongs to no repository, and the repository itself.
import { takeExample } from '../present/example.ts';
import { presentRepository, presentUser } from '../present/repository.ts';
import { getUser } from '../world.ts';
import { Refusal, type Handler } from './call.ts';
import { readBudget } from './rate-limit.ts';

export const getRoot: Handler = ({ world }) => {
  const text = JSON.stringify(takeExample('root')).replaceAll('https://api.github.com', world.apiUrl);
  return { status: 200, body: JSON.parse(text) as unknown };
};

export const getRepository: Handler = ({ world, repository }) => ({
  status: 200,
  body: presentRepository(world, repository),
});

/** Closed to apps, and so to the token of a job. */
export const getAuthenticatedUser: Handler = ({ world, token }) => {
  const user = getUser(world, token.login);
  if (user.type === 'Bot') throw new Refusal(403, 'Resource not accessible by integration');
  return {
    status: 200,
    body: {
      ...presentUser(world, user),
      name: user.login,
      company: null,
      blog: '',
      location: null,
      email: null,
      hireable: null,
      bio: null,
      public_repos: world.repositories.filter(({ owner }) => owner === user.login).length,
      public_gists: 0,
      followers: 0,
      following: 0,
      created_at: '2020-01-01T00:00:00Z',
      updated_at: '2020-01-01T00:00:00Z',
    },
  };
};

/** Does not count against the limit it shows. */
export const getRateLimit: Handler = ({ token }) => {
  const core = readBudget(token);
  return { status: 200, body: { resources: { core, search: { ...core, limit: 30 } }, rate: core } };
};
