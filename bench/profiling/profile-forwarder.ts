// The forwarder under 200 connections → its flame graph, with each frame where its source is.
import { readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import { openDeliveries } from '../load/deliveries.ts';
import { measureThroughput } from '../load/send.ts';
import { openFolder } from '../open-folder.ts';
import { startNectr } from '../servers/start-nectr.ts';
import { composeFlameGraph } from './flame-graph.ts';
import { foldProfile, type CallFrame } from './fold-profile.ts';
import { nameFrame, type Place } from './name-frame.ts';
import { composeFlags, readProfile } from './read-profile.ts';

const CONNECTIONS = 200;
const SECONDS = 8;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export async function profileForwarder(): Promise<string> {
  await using folder = await openFolder();
  const nectr = await startNectr(`sqlite:${folder.path}/nectr.db`, composeFlags(folder.path));
  const next = openDeliveries(nectr.sender);
  await measureThroughput({ url: nectr.webhookUrl, next, connections: CONNECTIONS, seconds: SECONDS });
  // The profile is written when the process ends.
  await nectr[Symbol.asyncDispose]();
  const profile = await readProfile(folder.path);
  const find = await openSourceMap(profile.nodes.map(({ callFrame }) => callFrame.url));
  return composeFlameGraph(
    `The forwarder under ${CONNECTIONS} connections`,
    foldProfile(profile, (frame) => nameFrame(frame, find(frame), ROOT)),
  );
}

/** The service is one file: its frames are found in the sources that it was made of. */
async function openSourceMap(urls: readonly string[]): Promise<(frame: CallFrame) => Place> {
  const bundle = urls.find((url) => url.endsWith('/service/main.js'));
  if (bundle === undefined) throw new Error('the profile knows no frame of the service');
  const map = new SourceMap(
    JSON.parse(await readFile(fileURLToPath(`${bundle}.map`), 'utf8')) as ConstructorParameters<
      typeof SourceMap
    >[0],
  );
  return ({ url, lineNumber, columnNumber }) => {
    const entry = map.findEntry(lineNumber, columnNumber);
    return url === bundle && 'originalSource' in entry
      ? { file: new URL(entry.originalSource, bundle).href, line: entry.originalLine + 1 }
      : { file: url, line: lineNumber + 1 };
  };
}
