// A GitHub that takes every dispatch after 50 ms and knows no rate limit, as Enterprise Server comes. For one process.
import { createServer } from 'node:http';
import { announce } from './announce.ts';

const DELAY_MS = 50;
let dispatches = 0;
let lastAt = 0;

announce(
  createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      if (request.url === '/dispatched') {
        response.end(JSON.stringify({ dispatches, lastAt }));
        return;
      }
      setTimeout(() => {
        if (request.method !== 'POST' || request.url?.endsWith('/dispatches') !== true) {
          const body = '{"total_count":0,"workflow_runs":[]}';
          response.writeHead(200, { 'content-type': 'application/json' }).end(body);
          return;
        }
        dispatches += 1;
        lastAt = Date.now();
        response.writeHead(204).end();
      }, DELAY_MS);
    });
  }),
);
