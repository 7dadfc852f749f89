// The floor of the forwarder, with the memory that the forwarder has.
import type { Folder } from '../open-folder.ts';
import { readContainer } from './read-container.ts';
import { startServer, type RunningServer } from './start-server.ts';

/** @throws when it ends before it listens */
export function startDurable(folder: Folder, secret: string): Promise<RunningServer> {
  const { allocation, nodeFlags } = readContainer();
  return startServer(
    new URL('durable.ts', import.meta.url),
    { ...allocation, SECRET: secret, FILE: `${folder.path}/durable.db` },
    undefined,
    nodeFlags,
  );
}
