// Entry file of the forwarder → the file that the container would run, bundled once a process. It starts in half the time that
// a thousand files with their types take.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleForwarder } from '../../scripts/bundle-forwarder.ts';

const bundled = new Map<string, Promise<string>>();

/** @param entry relative to the root of the repository */
export function bundleOnce(entry = 'forwarder/main.ts'): Promise<string> {
  const known = bundled.get(entry) ?? bundle(entry);
  bundled.set(entry, known);
  return known;
}

function bundle(entry: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nectr-service-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return bundleForwarder(folder, { entryPoints: [entry] });
}
