// The forwarder's sources → one folder that runs by itself: one file of code, the page, SQLite's binary, the licenses. Loaded from a
// thousand files with their types it takes half as much memory again (docs/adr/0023).
//   node scripts/bundle-forwarder.ts FOLDER
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { collectLicenses } from './collect-licenses.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NATIVE = 'node_modules/better-sqlite3';

/** Below `folder`, which is emptied: where the service starts. Files that the sources name by their own place lie there as well. */
const ENTRY = 'forwarder/service/main.js';

/** @param options for whoever measures or kills it: a source map, which the container has none of, or another entry */
export async function bundleForwarder(
  folder: string,
  options: Pick<BuildOptions, 'sourcemap' | 'entryPoints'> = {},
): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['forwarder/main.ts'],
    outfile: join(folder, ENTRY),
    bundle: true,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Packages that are CommonJS ask for Node's own modules in their way.
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
    },
    external: ['better-sqlite3', 'pg-native'],
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    lineLimit: 1000,
    ...options,
  });
  const copy = (from: string, to = from): void =>
    cpSync(join(ROOT, from), join(folder, to), { recursive: true });
  copy('forwarder/dashboard/public', 'forwarder/service/public');
  copy('docs/samples/nectr.yml');
  for (const part of ['package.json', 'LICENSE', 'lib']) copy(`${NATIVE}/${part}`);
  for (const file of readdirSync(join(ROOT, NATIVE, 'prebuilds'))) {
    if (file.startsWith(process.platform) && file.includes(process.arch)) copy(`${NATIVE}/prebuilds/${file}`);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(folder, 'licenses.txt'), collectLicenses(Object.keys(metafile.inputs)));
  return join(folder, ENTRY);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , folder] = process.argv;
  if (folder === undefined || (existsSync(folder) && readdirSync(folder).length > 0)) {
    throw new Error('name a folder that is empty or not there: node scripts/bundle-forwarder.ts FOLDER');
  }
  mkdirSync(folder, { recursive: true });
  console.log(await bundleForwarder(folder));
}
