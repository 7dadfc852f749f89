// forwarder/Dockerfile → how memory is allocated in its container: what is measured is what runs.
import { readFileSync } from 'node:fs';

/** Variables of the C library. @throws when they are not to be found there any more */
export function readAllocation(): Readonly<Record<string, string>> {
  const text = readFileSync(new URL('../../forwarder/Dockerfile', import.meta.url), 'utf8');
  const settings = [...text.matchAll(/\b(MALLOC_\w+)=(\S+)/g)];
  if (settings.length === 0) throw new Error('forwarder/Dockerfile sets no MALLOC_ variables any more');
  return Object.fromEntries(settings.map(([, name = '', value = '']) => [name, value]));
}
