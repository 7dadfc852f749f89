import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '../../forwarder/config.ts';
import { ENVIRONMENT } from '../../forwarder/config/environment.ts';

const ADMIN_TOKEN = 'x'.repeat(32);

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  it('needs only an admin token in production', () => {
    expect(readConfig({ ADMIN_TOKEN })).toEqual({
      appEnv: 'production',
      host: '0.0.0.0',
      port: 8000,
      backendUrl: undefined,
      database: { kind: 'sqlite', path: './data/nectr.db' },
      github: undefined,
      githubApiUrl: 'https://api.github.com',
      githubWebhookSecret: undefined,
      adminToken: ADMIN_TOKEN,
      secretsKeys: [],
      retentionDays: 30,
      trustProxy: false,
      pullRequestActions: ['opened', 'synchronize'],
      logLevel: 'info',
    });
  });

  it('takes the actions of pull requests that start a review', () => {
    const read = (PULL_REQUEST_ACTIONS: string) => readConfig({ ADMIN_TOKEN, PULL_REQUEST_ACTIONS });
    expect(read('opened, reopened,ready_for_review,opened').pullRequestActions).toEqual([
      'opened',
      'reopened',
      'ready_for_review',
    ]);
    expect(problemsOf({ ADMIN_TOKEN, PULL_REQUEST_ACTIONS: 'opened,closed', PORT: 'x' })).toEqual([
      expect.stringMatching(/^PORT /),
      'PULL_REQUEST_ACTIONS must be one or more of opened, synchronize, reopened, ready_for_review, with commas; ' +
        'given was "opened,closed"',
    ]);
  });

  it('needs nothing in development, and listens on loopback only', () => {
    const config = readConfig({ APP_ENV: 'development' });
    expect(config).toMatchObject({ appEnv: 'development', host: '127.0.0.1', adminToken: undefined });
  });

  it('takes an empty variable for one that is not set', () => {
    const empty = Object.fromEntries(ENVIRONMENT.map(({ name }) => [name, '']));
    expect(readConfig({ ...empty, ADMIN_TOKEN })).toEqual(readConfig({ ADMIN_TOKEN }));
  });

  it('tells all problems at once, each by its name', () => {
    const problems = problemsOf({
      PORT: '70000',
      HOST: 'a b',
      APP_ENV: 'test',
      BACKEND_URL: 'nectr.example.com',
      DATABASE_URL: 'mysql://db',
      GITHUB_TOKEN: 'two words',
      GITHUB_API_URL: 'ftp://api',
      ADMIN_TOKEN: 'short',
      LOG_LEVEL: 'loud',
      SECRETS_KEY: 'too short',
      RETENTION_DAYS: '3',
      TRUST_PROXY: 'everybody',
      PULL_REQUEST_ACTIONS: 'closed',
      GITHUB_APP_ID: 'mine',
      GITHUB_APP_PRIVATE_KEY: 'no key',
    });
    const names = ENVIRONMENT.map(({ name }) => name).filter((name) => name !== 'GITHUB_WEBHOOK_SECRET');
    expect(new Set(problems.map((problem) => problem.split(' ')[0]))).toEqual(new Set(names));
    expect(problems).toHaveLength(names.length);
  });

  it('says what is allowed and what was given', () => {
    expect(problemsOf({ ADMIN_TOKEN, PORT: 'http' })).toEqual([
      'PORT must be a whole number from 0 to 65535; given was "http"',
    ]);
    expect(problemsOf({ ADMIN_TOKEN, APP_ENV: 'prod' })).toEqual([
      'APP_ENV must be production or development; given was "prod"',
    ]);
  });

  it('reads a GitHub App, whose key may have its line ends written out', () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const app = { GITHUB_APP_ID: '42', GITHUB_APP_PRIVATE_KEY: privateKey.replaceAll('\n', '\\n') };
    expect(readConfig({ ADMIN_TOKEN, ...app }).github).toEqual({ app: { appId: '42', privateKey } });
    expect(problemsOf({ ADMIN_TOKEN, ...app, GITHUB_TOKEN: 'ghp_x' })).toEqual([
      'GITHUB_APP_ID cannot stand beside GITHUB_TOKEN: take one of them away',
    ]);
    expect(problemsOf({ ADMIN_TOKEN, GITHUB_APP_ID: '42' })).toEqual([
      'GITHUB_APP_PRIVATE_KEY is required with GITHUB_APP_ID',
    ]);
    expect(problemsOf({ ADMIN_TOKEN, ...app, GITHUB_APP_ID: '' })).toEqual([
      'GITHUB_APP_ID is required with GITHUB_APP_PRIVATE_KEY',
    ]);
  });

  it.each([
    ['1', 1],
    ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
    ['loopback', ['loopback']],
    ['fd00::/8,192.0.2.7', ['fd00::/8', '192.0.2.7']],
  ])('believes the proxies %s', (given, read) => {
    expect(readConfig({ ADMIN_TOKEN, TRUST_PROXY: given }).trustProxy).toEqual(read);
  });

  it.each([
    '10.0.0.0/33',
    '10.0.0.0/0',
    '10.0.0',
    '999.1.1.1',
    'fd00::/129',
    '1.2.3.4,',
    'Loopback',
    '10.0.0.0/8/8',
  ])('names TRUST_PROXY when Express would refuse %s', (given) => {
    expect(problemsOf({ ADMIN_TOKEN, TRUST_PROXY: given })).toEqual([
      expect.stringMatching(/^TRUST_PROXY must be a number of proxies/),
    ]);
  });

  it('shows an address of the kind that is wanted', () => {
    const problems = problemsOf({ ADMIN_TOKEN, BACKEND_URL: 'x', GITHUB_API_URL: 'x' });
    expect(problems[0]).toMatch(/such as https:\/\/nectr\.example\.com$/);
    expect(problems[1]).toMatch(/such as https:\/\/api\.github\.com$/);
  });

  it('never repeats a secret, nor an address that may hold one', () => {
    const problems = problemsOf({
      ADMIN_TOKEN: 'hunter2',
      GITHUB_TOKEN: 'hunter2 hunter2',
      BACKEND_URL: 'https://user:hunter2@nectr.example.com',
      GITHUB_API_URL: 'https://api.example.com/?token=hunter2',
      DATABASE_URL: 'mysql://user:hunter2@db/nectr',
    });
    expect(problems).toHaveLength(5);
    expect(problems.join('\n')).not.toContain('hunter2');
  });

  it('requires an admin token of 32 characters in production', () => {
    expect(problemsOf({})).toEqual([
      'ADMIN_TOKEN is required in production: at least 32 characters; `openssl rand -hex 32` makes one',
    ]);
    expect(problemsOf({ ADMIN_TOKEN: 'x'.repeat(31) })[0]).toMatch(/at least 32 printable/);
  });

  it('takes trailing slashes off addresses', () => {
    const { backendUrl } = readConfig({ ADMIN_TOKEN, BACKEND_URL: 'https://nectr.example.com/base//' });
    expect(backendUrl).toBe('https://nectr.example.com/base');
  });

  it.each(['BACKEND_URL', 'GITHUB_API_URL'])(
    'wants https for %s in production, except on loopback',
    (name) => {
      expect(problemsOf({ ADMIN_TOKEN, [name]: 'http://nectr.example.com' })).toEqual([
        `${name} must begin with https:// in production, except on loopback`,
      ]);
      expect(problemsOf({ ADMIN_TOKEN, [name]: 'http://127.evil.example.com' })).toHaveLength(1);
      for (const host of ['localhost:8000', '127.0.0.1', '[::1]:3']) {
        expect(problemsOf({ ADMIN_TOKEN, [name]: `http://${host}` })).toEqual([]);
      }
      expect(problemsOf({ APP_ENV: 'development', [name]: 'http://nectr.example.com' })).toEqual([]);
    },
  );

  it.each([
    ['sqlite:./data/nectr.db', './data/nectr.db'],
    ['sqlite:/var/lib/nectr.db', '/var/lib/nectr.db'],
    ['sqlite:///var/lib/nectr.db', '/var/lib/nectr.db'],
  ])('reads %s as a path', (url, path) => {
    expect(readConfig({ ADMIN_TOKEN, DATABASE_URL: url }).database).toEqual({ kind: 'sqlite', path });
  });

  it.each(['postgres://nectr:secret@db:5432/nectr', 'postgresql://db/nectr'])(
    'takes %s as PostgreSQL',
    (url) => {
      const SECRETS_KEY = Buffer.alloc(32, 1).toString('base64');
      expect(readConfig({ ADMIN_TOKEN, DATABASE_URL: url, SECRETS_KEY }).database).toEqual({
        kind: 'postgres',
        url,
      });
      expect(problemsOf({ ADMIN_TOKEN, DATABASE_URL: url })[0]).toContain(
        'SECRETS_KEY is required with PostgreSQL',
      );
    },
  );

  it.each(['postgres://', 'postgres:///nectr', 'postgres://db'])('misses something in %s', (url) => {
    expect(problemsOf({ ADMIN_TOKEN, DATABASE_URL: url }).join()).toContain('DATABASE_URL must be');
  });

  it('says of another database that it is not known', () => {
    expect(problemsOf({ ADMIN_TOKEN, DATABASE_URL: 'mysql://db/nectr' })[0]).toMatch(
      /DATABASE_URL must be sqlite:PATH/,
    );
  });

  it('declares the default that it takes', () => {
    const declared = Object.fromEntries(
      ENVIRONMENT.filter((variable) => variable.default !== '—').map((variable) => [
        variable.name,
        variable.default,
      ]),
    );
    expect(readConfig({ ADMIN_TOKEN, ...declared })).toEqual(readConfig({ ADMIN_TOKEN }));
  });
});
