// Paths of what is in a bundle → the licenses of the packages among them, which have to go with it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** @param paths from the root of the repository */
export function collectLicenses(paths: readonly string[]): string {
  const packages = new Set(
    paths.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  return [...packages]
    .toSorted()
    .map((folder) => {
      const license = readdirSync(join(ROOT, folder)).find((name) => /^licen[cs]e/i.test(name));
      const { name, license: id } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as {
        name: string;
        license?: string;
      };
      const text = license === undefined ? '' : readFileSync(join(ROOT, folder, license), 'utf8');
      return `${name} (${id ?? 'see below'})\n\n${text}`;
    })
    .join('\n\n---\n\n');
}
