// `npm run profile`: where the time goes in the forwarder and in the Action, as flame graphs in bench/profiles/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { installPeers } from './install-peers.ts';

const FOLDER = fileURLToPath(new URL('profiles/', import.meta.url));

installPeers();
const { profileForwarder } = await import('./profiling/profile-forwarder.ts');
const { profileAction } = await import('./profiling/profile-action.ts');
mkdirSync(FOLDER, { recursive: true });
const profiles = { forwarder: profileForwarder, action: profileAction };
for (const [name, profile] of Object.entries(profiles)) {
  const graph = await profile();
  writeFileSync(`${FOLDER}${name}.svg`, graph);
  console.log(`bench/profiles/${name}.svg (${Math.round(graph.length / 1000)} kB)`);
}
