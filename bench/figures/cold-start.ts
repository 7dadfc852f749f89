// From the start of the Action's process to its first request, beside a node that does nothing.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { shorten } from '../../scripts/shorten.ts';
import type { Benchmark, Row } from '../figure.ts';
import { milliseconds } from '../format.ts';
import { openFolder } from '../open-folder.ts';
import { spread, spreadOfRatios } from '../spread.ts';

const ROUNDS = 15;
const NCC = new URL('../../node_modules/@vercel/ncc/dist/ncc/cli.js', import.meta.url).pathname;
const BUNDLE = new URL('../../dist/index.js', import.meta.url).pathname;

export const coldStart: Benchmark = {
  name: 'cold-start',
  run: async () => {
    await using folder = await openFolder();
    await writeFile(`${folder.path}/event.json`, JSON.stringify({ inputs: { pull_request: '1' } }));
    const least = await bundleLeast(folder.path);
    const own: number[] = [];
    const bare: number[] = [];
    const leasts: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      own.push(await timeToFirstRequest(BUNDLE, folder.path));
      bare.push(await timeNode());
      leasts.push(await timeToFirstRequest(least, folder.path));
    }
    const describe = (beside: string, others: readonly number[]): Row => ({
      what: 'cold start of the Action, to its first request',
      beside,
      ours: milliseconds(spread(own).median),
      theirs: milliseconds(spread(others).median),
      ratio: spreadOfRatios(own, others),
    });
    return [
      { ...describe('`node -e 0`', bare), bound: { kind: 'at most', value: 4 } },
      describe('the least Action: one request with @actions/core and @actions/github', leasts),
    ];
  },
};

/** Bundled as ours is. */
async function bundleLeast(folder: string): Promise<string> {
  const [entry, output] = [new URL('../actions/least.js', import.meta.url).pathname, `${folder}/least`];
  await promisify(execFile)(process.execPath, [NCC, 'build', entry, '-o', output]);
  shorten(`${output}/index.js`);
  await writeFile(`${output}/package.json`, '{ "type": "module" }\n');
  return `${output}/index.js`;
}

async function timeToFirstRequest(bundle: string, folder: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const asked = once(server, 'request').then(() => performance.now());
  const startedAt = performance.now();
  const child = spawn(process.execPath, [bundle], { env: composeEnvironment(port, folder), stdio: 'ignore' });
  const ended = once(child, 'exit');
  const at = await Promise.race([asked, ended]);
  child.kill('SIGKILL');
  await ended;
  server.closeAllConnections();
  server.close();
  if (typeof at !== 'number') throw new Error('the Action ended before it asked anything');
  return at - startedAt;
}

async function timeNode(): Promise<number> {
  const startedAt = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  return performance.now() - startedAt;
}

function composeEnvironment(port: number, folder: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    GITHUB_API_URL: `http://127.0.0.1:${port}`,
    GITHUB_SERVER_URL: `http://127.0.0.1:${port}`,
    GITHUB_REPOSITORY: 'ada/engine',
    GITHUB_REPOSITORY_ID: '1',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_EVENT_NAME: 'workflow_dispatch',
    GITHUB_EVENT_PATH: `${folder}/event.json`,
    RUNNER_TEMP: folder,
    'INPUT_ANTHROPIC-API-KEY': 'sk-ant-benchmark',
    'INPUT_GITHUB-TOKEN': 'ghs_benchmark',
    'INPUT_PULL-REQUEST': '1',
    INPUT_MODEL: 'claude-opus-5-5',
    'INPUT_REVIEW-MODE': 'standard',
    INPUT_EFFORT: 'medium',
    'INPUT_MAX-COST-USD': '5',
    'INPUT_FAIL-ON': 'none',
    'INPUT_DRY-RUN': 'false',
    INPUT_FORCE: 'false',
  };
}
