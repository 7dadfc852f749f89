// The limit: HTTP and the signature over the raw body, and nothing else. Stores nothing.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { announce } from './announce.ts';

const secret = process.env['SECRET'] ?? '';

announce(
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const digest = createHmac('sha256', secret).update(Buffer.concat(chunks)).digest('hex');
      const expected = Buffer.from(`sha256=${digest}`);
      const given = Buffer.from(String(request.headers['x-hub-signature-256']));
      const isSigned = given.length === expected.length && timingSafeEqual(given, expected);
      response
        .writeHead(isSigned ? 200 : 403, { 'content-type': 'application/json' })
        .end('{"status":"received"}');
    });
  }),
);
