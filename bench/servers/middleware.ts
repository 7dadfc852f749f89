// The middleware of @octokit/webhooks with one listener that does nothing. Stores nothing.
import { createServer } from 'node:http';
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks';
import { announce } from './announce.ts';

const webhooks = new Webhooks({ secret: process.env['SECRET'] ?? '' });
webhooks.on('pull_request', () => {});
const middleware = createNodeMiddleware(webhooks, { path: '/' });

announce(createServer((request, response) => void middleware(request, response)));
