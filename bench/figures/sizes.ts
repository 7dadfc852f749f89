// What a runner loads and a container holds: the Action's bundle, and the forwarder's folder beside Probot as npm installs it.
// Sizes of images of Docker-based reviewers are left out: no maintainer's page that tells one, with its date, was found.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundleForwarder } from '../../scripts/bundle-forwarder.ts';
import type { Benchmark } from '../figure.ts';
import { formatCount, kilobytes, megabytes } from '../format.ts';
import { openFolder } from '../open-folder.ts';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const BENCH = fileURLToPath(new URL('..', import.meta.url));

export const sizes: Benchmark = {
  name: 'sizes',
  run: async () => {
    await using folder = await openFolder();
    const service = join(folder.path, 'service');
    await bundleForwarder(service);
    const code = readdirSync(DIST)
      .filter((name) => name.endsWith('.js'))
      .map((name) => readFileSync(join(DIST, name)));
    const packages = listPackages('probot');
    const peer = packages.flatMap((path) => listFiles(join(BENCH, path), 'node_modules'));
    return [
      {
        what: `bundle of the Action, ${code.length} files of code`,
        beside: 'the same with gzip',
        ours: kilobytes(sum(code.map(({ length }) => length))),
        theirs: kilobytes(sum(code.map((file) => gzipSync(file).length))),
      },
      {
        what: 'the forwarder in its container, SQLite and dashboard included, without Node',
        beside: `Probot with the ${formatCount(packages.length - 1)} packages that npm installs for it, storing nothing`,
        ours: inMegabytes(listFiles(service)),
        theirs: `${inMegabytes(peer)}; ${inMegabytes(peer.filter(isLoaded))} without types, source maps and readmes`,
      },
    ];
  },
};

/** A package and all that it depends on, as they lie below bench/. */
function listPackages(name: string): string[] {
  const options = { encoding: 'utf8', maxBuffer: 64e6 } as const;
  const found = execFileSync('npm', ['query', `#${name}, #${name} *`, '--prefix', BENCH], options);
  return (JSON.parse(found) as { location: string }[]).map(({ location }) => location);
}

interface File {
  readonly name: string;
  readonly bytes: number;
}

/** Packages inside a package are listed by themselves, and left out here. */
function listFiles(path: string, without?: string): File[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) return entry.name === without ? [] : listFiles(inner, without);
    return entry.isFile() ? [{ name: entry.name, bytes: statSync(inner).size }] : [];
  });
}

/** Without what no service loads when it runs, as a careful image would leave it out. */
function isLoaded({ name }: File): boolean {
  return !/\.(d\.[cm]?ts|map|md)$/.test(name);
}

const inMegabytes = (files: readonly File[]): string => megabytes(sum(files.map(({ bytes }) => bytes)) / 1e6);

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
