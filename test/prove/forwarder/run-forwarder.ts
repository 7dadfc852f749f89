// The forwarder as a process, started as forwarder/main.ts starts it, with what it lets nobody set from outside: how long
// it waits, and when it dies. These are JSON in the first argument; the environment is the forwarder's own.
import { flushCompileCache } from 'node:module';
import { readConfig } from '../../../forwarder/config.ts';
import { openLog } from '../../../forwarder/open-log.ts';
import { startForwarder, type ForwarderOptions } from '../../../forwarder/start-forwarder.ts';

interface Arguments {
  readonly dies: boolean;
  readonly options: Partial<ForwarderOptions>;
}

const { dies, options } = JSON.parse(process.argv[2] ?? '{}') as Arguments;
if (dies) await import('./crash-at.ts');
const config = readConfig(process.env);
const log = openLog(config.logLevel);
const forwarder = await startForwarder(config, { ...options, log });
// A process that is killed leaves nothing that it has compiled to the next.
flushCompileCache();
process.once('SIGTERM', () => void forwarder.stop().then(() => process.exit(0)));
// Whatever the level of the log is.
process.stdout.write(`${JSON.stringify({ url: forwarder.url, msg: 'listening' })}\n`);
