// `GET /`: the dashboard, as files that hold nothing of anybody. What it shows it asks of the admin API, with the token
// that the person at the page types in.
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';

const FOLDER = fileURLToPath(new URL('public', import.meta.url));

export function serveDashboard(): RequestHandler {
  return express.static(FOLDER, { index: 'index.html', redirect: false, cacheControl: false });
}
