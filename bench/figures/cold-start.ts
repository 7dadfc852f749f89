// From the start of the Action's process to its first request, beside a node that does nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Benchmark } from '../figure.ts';
import { milliseconds } from '../format.ts';
import { openFolder } from '../open-folder.ts';
import { spread, spreadOfRatios } from '../spread.ts';

const ROUNDS = 15;
const BUNDLE = new URL('../../dist/index.js', import.meta.url).pathname;

export const coldStart: Benchmark = {
  name: 'cold-start',
  run: async () => {
    await using folder = await openFolder();
    await writeFile(`${folder.path}/event.json`, JSON.stringify({ inputs: { pull_request: '1' } }));
    const own: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      own.push(await timeToFirstRequest(folder.path));
      bare.push(await timeNode());
    }
    return [
      {
        what: 'cold start of the Action, to its first request',
        beside: '`node -e 0`',
        ours: milliseconds(spread(own).median),
        theirs: milliseconds(spread(bare).median),
        ratio: spreadOfRatios(own, bare),
        bound: { kind: 'at most', value: 4 },
      },
    ];
  },
};

async function timeToFirstRequest(folder: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const asked = once(server, 'request').then(() => performance.now());
  const startedAt = performance.now();
  const child = spawn(process.execPath, [BUNDLE], { env: composeEnvironment(port, folder), stdio: 'ignore' });
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
