// Probot with one listener that does nothing and a log that says nothing. Stores nothing. Plain JavaScript, since its types
// are installed with the benchmarks alone.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createNodeMiddleware, createProbot } from 'probot';
import { announce } from './announce.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const probot = createProbot({
  overrides: {
    appId: 1,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    secret: process.env.SECRET,
    logLevel: 'fatal',
  },
});
const middleware = await createNodeMiddleware((app) => app.on('pull_request', () => {}), {
  probot,
  webhooksPath: '/',
});

announce(createServer((request, response) => void middleware(request, response)));
