// Environment → Config. All problems are told together, by the name of the variable and what is allowed; the value of
// a secret, and of an address that may hold one, is never repeated.
import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import type { Credentials } from './github/open-github.ts';
import type { Database } from './inbox/open-inbox.ts';
import { KEY_BYTES } from './secrets/secret-box.ts';

export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Config {
  readonly appEnv: 'production' | 'development';
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Public address without a trailing slash; undefined: no repository can be connected. */
  readonly backendUrl: string | undefined;
  readonly database: Database;
  /** For webhook secrets in the store: the first seals, all open. Empty: the key beside the SQLite file. */
  readonly secretsKeys: readonly Uint8Array[];
  /** Undefined: nothing can be connected or dispatched. */
  readonly github: Credentials | undefined;
  readonly githubApiUrl: string;
  /** The global fallback secret of webhooks that no connection made. */
  readonly githubWebhookSecret: string | undefined;
  /** Undefined only in development: then the admin API is open. */
  readonly adminToken: string | undefined;
  /** Finished events older than this are removed. */
  readonly retentionDays: number;
  /** Hops before this service, or addresses of proxies, whose `X-Forwarded-For` is believed. */
  readonly trustProxy: number | readonly string[] | false;
  readonly logLevel: LogLevel;
}

/** One variable, as the README's table tells it. */
export interface Variable {
  readonly name: string;
  /** `—`: none. */
  readonly default: string;
  readonly meaning: string;
}

export const ENVIRONMENT: readonly Variable[] = [
  { name: 'PORT', default: '8000', meaning: 'Port it listens on; 0 takes a free one' },
  {
    name: 'HOST',
    default: '0.0.0.0',
    meaning: 'Address it listens on; 127.0.0.1 unless told when APP_ENV is development',
  },
  {
    name: 'APP_ENV',
    default: 'production',
    meaning: 'production, or development: signatures of deliveries are then not checked',
  },
  {
    name: 'BACKEND_URL',
    default: '—',
    meaning: 'Public base address, https in production; required to connect a repository',
  },
  {
    name: 'DATABASE_URL',
    default: 'sqlite:./data/nectr.db',
    meaning: 'Where events are stored: sqlite:PATH, or postgres://… for several replicas',
  },
  {
    name: 'GITHUB_TOKEN',
    default: '—',
    meaning: 'Token with Webhooks: write, Contents: write and Actions: read on the repositories',
  },
  {
    name: 'GITHUB_APP_ID',
    default: '—',
    meaning: 'Id of a GitHub App with the same rights, instead of a token',
  },
  {
    name: 'GITHUB_APP_PRIVATE_KEY',
    default: '—',
    meaning: 'Private key of that App: PEM, with line ends or with `\\n` for them',
  },
  {
    name: 'GITHUB_API_URL',
    default: 'https://api.github.com',
    meaning: 'Base address of the API; for GitHub Enterprise Server https://HOST/api/v3',
  },
  {
    name: 'GITHUB_WEBHOOK_SECRET',
    default: '—',
    meaning: 'Secret of webhooks made by hand, for repositories without a connection',
  },
  {
    name: 'ADMIN_TOKEN',
    default: '—',
    meaning: 'Bearer token of the admin API, at least 32 characters; required in production',
  },
  {
    name: 'SECRETS_KEY',
    default: '—',
    meaning:
      '32 bytes in base64 that encrypt webhook secrets in the database; a new key may be put before the old one, with a comma. Made beside a SQLite file; required with PostgreSQL',
  },
  {
    name: 'RETENTION_DAYS',
    default: '30',
    meaning: 'Finished events older than this many days are removed; 4 to 3650',
  },
  {
    name: 'TRUST_PROXY',
    default: '—',
    meaning:
      'Proxies before this service whose X-Forwarded-For is believed: how many, or their addresses with commas (10.0.0.0/8, loopback)',
  },
  { name: 'LOG_LEVEL', default: 'info', meaning: 'fatal, error, warn, info, debug, trace or silent' },
];

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const MIN_ADMIN_TOKEN_CHARACTERS = 32;
/** Only these are repeated in a problem: none of them can hold a secret. */
const SHOWN = new Set(['PORT', 'APP_ENV', 'LOG_LEVEL', 'RETENTION_DAYS', 'TRUST_PROXY']);

/** The environment is not usable; `problems` has one sentence for each variable. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The environment is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** @throws ConfigError */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  // Compose files and CI systems pass variables that are not set as empty strings.
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  ) as Record<string, string>;
  const isDevelopment = given['APP_ENV'] === 'development';
  const isShared = given['DATABASE_URL']?.startsWith('postgres') === true;
  const parsed = composeSchema(isDevelopment, isShared, given).safeParse(given);
  if (!parsed.success) throw new ConfigError(describeProblems(parsed.error, given));
  const variables = parsed.data;
  return {
    appEnv: variables.APP_ENV,
    host: variables.HOST,
    port: variables.PORT,
    backendUrl: variables.BACKEND_URL,
    database: variables.DATABASE_URL,
    secretsKeys: variables.SECRETS_KEY,
    github: readCredentials(variables),
    githubApiUrl: variables.GITHUB_API_URL,
    githubWebhookSecret: variables.GITHUB_WEBHOOK_SECRET,
    adminToken: variables.ADMIN_TOKEN,
    retentionDays: variables.RETENTION_DAYS,
    trustProxy: variables.TRUST_PROXY,
    logLevel: variables.LOG_LEVEL,
  };
}

/** Built for each mode, since a rule over the whole object would stay silent while one variable is wrong. */
function composeSchema(isDevelopment: boolean, isShared: boolean, given: Readonly<Record<string, string>>) {
  const address = composeAddressSchema(isDevelopment);
  const adminToken = z
    .string({ error: `is required in production: at least ${MIN_ADMIN_TOKEN_CHARACTERS} characters` })
    .refine(
      (token) => token.length >= MIN_ADMIN_TOKEN_CHARACTERS && /^[!-~]+$/.test(token),
      `must be at least ${MIN_ADMIN_TOKEN_CHARACTERS} printable ASCII characters without spaces; ` +
        '`openssl rand -hex 32` makes one',
    );
  return z.object({
    PORT: z
      .string()
      .regex(/^\d{1,5}$/, portRule)
      .default('8000')
      .transform(Number)
      .refine((port) => port <= 65_535, portRule),
    HOST: z
      .string()
      .regex(/^[\w.:%-]+$/, 'must be an address or a host name, such as 0.0.0.0 or ::')
      .default(isDevelopment ? '127.0.0.1' : '0.0.0.0'),
    APP_ENV: z
      .enum(['production', 'development'], { error: 'must be production or development' })
      .default('production'),
    BACKEND_URL: address.optional(),
    DATABASE_URL: z
      .string()
      .refine(
        isDatabase,
        'must be sqlite:PATH, such as sqlite:./data/nectr.db, or postgres://USER:PASSWORD@HOST/DATABASE',
      )
      .default('sqlite:./data/nectr.db')
      .transform(readDatabase),
    GITHUB_TOKEN: z
      .string()
      .regex(/^[!-~]+$/, 'must be one word of printable ASCII characters')
      .optional(),
    ...composeAppSchema(given),
    GITHUB_API_URL: address.default('https://api.github.com'),
    GITHUB_WEBHOOK_SECRET: z.string().optional(),
    ADMIN_TOKEN: isDevelopment ? adminToken.optional() : adminToken,
    SECRETS_KEY: isShared ? secretsKeys : secretsKeys.default([]),
    // GitHub sends a delivery again for three days: until then its event must be here to be known.
    RETENTION_DAYS: z
      .string()
      .regex(/^\d{1,4}$/, daysRule)
      .default('30')
      .transform(Number)
      .refine((days) => days >= 4 && days <= 3650, daysRule),
    TRUST_PROXY: z
      .string()
      .regex(
        /^\d{1,2}$|^(?:[\da-f.:/]+|loopback|linklocal|uniquelocal)(?:, *(?:[\da-f.:/]+|loopback|linklocal|uniquelocal))*$/i,
        proxyRule,
      )
      .transform((text) => (/^\d{1,2}$/.test(text) ? Number(text) : text.split(/, */)))
      .optional()
      .transform((value): Config['trustProxy'] => value ?? false),
    LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  });
}

const keyRule =
  'must be 32 bytes in base64 (`openssl rand -base64 32` makes them), or several of them with commas, the new one first';

const secretsKeys = z
  .string({ error: `is required with PostgreSQL, and ${keyRule}` })
  .transform((text) => text.split(',').map((key) => Buffer.from(key.trim(), 'base64')))
  .refine((keys) => keys.every((key) => key.length === KEY_BYTES), keyRule)
  .transform((keys): readonly Uint8Array[] => keys);

function isDatabase(value: string): boolean {
  if (value.startsWith('sqlite:')) return /^sqlite:.*[^/]$/.test(value);
  const url = URL.parse(value);
  return (
    url !== null && /^postgres(?:ql)?:$/.test(url.protocol) && url.hostname !== '' && url.pathname.length > 1
  );
}

function readDatabase(url: string): Database {
  if (!url.startsWith('sqlite:')) return { kind: 'postgres', url };
  // sqlite:///data/nectr.db, as other programs write an absolute path, is /data/nectr.db.
  return { kind: 'sqlite', path: url.replace(/^sqlite:(\/\/)?/, '') };
}

/** Both or neither, and not beside a token: whose rights count must be plain. */
function composeAppSchema(given: Readonly<Record<string, string>>) {
  const { GITHUB_TOKEN: token, GITHUB_APP_ID: appId, GITHUB_APP_PRIVATE_KEY: key } = given;
  const isApp = appId !== undefined || key !== undefined;
  const id = z
    .string({ error: 'is required with GITHUB_APP_PRIVATE_KEY' })
    .regex(/^\d{1,15}$/, "must be the App's id, a whole number")
    .refine(() => token === undefined, 'cannot stand beside GITHUB_TOKEN: take one of them away');
  const privateKey = z
    .string({ error: 'is required with GITHUB_APP_ID' })
    .transform((text) => text.replaceAll('\\n', '\n'))
    .refine(isPrivateKey, 'must be the private key of the App, as the PEM file that GitHub gave');
  return {
    GITHUB_APP_ID: isApp ? id : id.optional(),
    GITHUB_APP_PRIVATE_KEY: isApp ? privateKey : privateKey.optional(),
  };
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

interface GivenCredentials {
  readonly GITHUB_TOKEN?: string | undefined;
  readonly GITHUB_APP_ID?: string | undefined;
  readonly GITHUB_APP_PRIVATE_KEY?: string | undefined;
}

function readCredentials(given: GivenCredentials): Credentials | undefined {
  const { GITHUB_TOKEN: token, GITHUB_APP_ID: appId, GITHUB_APP_PRIVATE_KEY: privateKey } = given;
  if (token !== undefined) return { token };
  return appId === undefined || privateKey === undefined ? undefined : { app: { appId, privateKey } };
}

const proxyRule =
  'must be a number of proxies such as 1, or addresses such as 10.0.0.0/8 or loopback, with commas';

const daysRule = 'must be a whole number of days from 4 to 3650';

const portRule = 'must be a whole number from 0 to 65535';

/** Secrets and tokens travel over these addresses: https, except where nobody can listen. */
function composeAddressSchema(isDevelopment: boolean) {
  return z
    .string()
    .refine(
      isPlainAddress,
      'must be an http or https address without a user, a query or a fragment, such as https://nectr.example.com',
    )
    .refine(
      (value) => isDevelopment || isPrivate(value),
      'must begin with https:// in production, except on loopback',
    )
    .transform((value) => value.replace(/\/+$/, ''));
}

function isPlainAddress(value: string): boolean {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

function isPrivate(value: string): boolean {
  const url = URL.parse(value);
  // What is no address at all has been told already.
  if (!url || url.protocol !== 'http:') return true;
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}

function describeProblems(error: z.ZodError, given: Readonly<Record<string, string>>): string[] {
  const told = new Map<string, string>();
  for (const { path, message } of error.issues) {
    const name = String(path[0]);
    const value = given[name];
    const shown = SHOWN.has(name) && value !== undefined ? `; given was ${JSON.stringify(value)}` : '';
    if (!told.has(name)) told.set(name, `${name} ${message}${shown}`);
  }
  return [...told.values()];
}
