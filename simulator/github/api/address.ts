// A request's path → the path as the published description spells it.
import type { World } from '../world.ts';

/**
 * `/repositories/{id}/…` is not in the description, but it is where GitHub's redirects lead. Paths, branches and
 * comparisons may hold slashes that belong to the last parameter.
 */
export function describePath(world: World, path: string): string {
  const [, id, rest = ''] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const repository = world.repositories.find((candidate) => candidate.id === Number(id));
  // No account is called `.`: an id that nobody has leads to a repository that nobody has.
  const name = repository?.fullName ?? `./${id}`;
  const named = id === undefined ? path : `/repos/${name}${rest}`;
  return named.replace(
    /^(\/repos\/[^/]+\/[^/]+\/(?:contents|compare|git\/ref|commits)\/)(.+?)(\/check-runs)?$/,
    (_, before: string, last: string, after = '') => `${before}${last.replaceAll('/', '%2F')}${after}`,
  );
}

/** `{name}` parts of the template, with their decoded values. */
export function readParams(template: string, path: string): Record<string, string> {
  const values = path.split('/');
  return Object.fromEntries(
    template
      .split('/')
      .flatMap((part, at) =>
        part.startsWith('{') ? [[part.slice(1, -1), decodeURIComponent(values[at] ?? '')]] : [],
      ),
  );
}
