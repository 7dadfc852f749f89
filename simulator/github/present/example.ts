// The examples of the published description: what an object of GitHub's begins as here, so that every described field
// is there. What matters is then filled from state.
import { readFileSync } from 'node:fs';
import type { Repository, World } from '../world.ts';

export type Json = Record<string, unknown>;

const { components } = JSON.parse(
  readFileSync(new URL('../openapi/api.github.com.json', import.meta.url), 'utf8'),
) as { components: { examples: Record<string, { value: unknown }> } };

export function takeExample(name: string): Json {
  const value = structuredClone(components.examples[name]?.value);
  if (value === undefined) throw new Error(`the description has no example ${name}`);
  return (Array.isArray(value) ? value[0] : value) as Json;
}

const relocated = new Map<string, string>();

/** The example with its addresses moved to the local GitHub and to this repository. */
export function relocateExample(name: string, { apiUrl, url }: World, { fullName }: Repository): Json {
  const key = `${name} ${url}/${fullName}`;
  const known = relocated.get(key);
  const text =
    known ??
    JSON.stringify(takeExample(name))
      .replaceAll(
        /https:\/\/api\.github\.com\/repos\/(?:octocat\/Hello-World|octo-org\/octo-repo|github\/hello-world)/gi,
        `${apiUrl}/repos/${fullName}`,
      )
      .replaceAll(
        /https:\/\/github\.com\/(?:octocat\/Hello-World|octo-org\/octo-repo|github\/hello-world)/gi,
        `${url}/${fullName}`,
      );
  if (known === undefined) relocated.set(key, text);
  return JSON.parse(text) as Json;
}
