// forwarder/Dockerfile → how Node is started in the container: what is measured is what runs.
import { readFileSync } from 'node:fs';

export interface Container {
  /** Variables of the C library. */
  readonly allocation: Readonly<Record<string, string>>;
  readonly nodeFlags: readonly string[];
}

/** @throws when they are not to be found there any more */
export function readContainer(): Container {
  const text = readFileSync(new URL('../../forwarder/Dockerfile', import.meta.url), 'utf8');
  const settings = [...text.matchAll(/\b(MALLOC_\w+)=(\S+)/g)];
  const [, command = '[]'] = /^CMD (\[.*\])$/m.exec(text) ?? [];
  const [node, ...words] = JSON.parse(command) as string[];
  if (settings.length === 0 || node !== 'node') {
    throw new Error(
      'forwarder/Dockerfile sets no MALLOC_ variables any more, or starts something else than node',
    );
  }
  return {
    allocation: Object.fromEntries(settings.map(([, name = '', value = '']) => [name, value])),
    nodeFlags: words.slice(0, -1),
  };
}
