// Environment → Config. All problems are told together, by the name of the variable and what is allowed; the value of
// a secret, and of an address that may hold one, is never repeated.
import * as z from 'zod';
import { composeAddressSchema } from './config/address.ts';
import { composeCredentialsSchema, readCredentials } from './config/credentials.ts';
import { databaseSchema, secretsKeys } from './config/database.ts';
import { proxiesSchema } from './config/proxies.ts';
import type { Credentials } from './github/open-github.ts';
import type { Database } from './inbox/open-inbox.ts';
import { DISPATCH_ACTIONS, type DispatchAction } from './webhook/parse-event.ts';

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
  /** Of pull requests: what starts a review. */
  readonly pullRequestActions: readonly DispatchAction[];
  readonly logLevel: LogLevel;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const MIN_ADMIN_TOKEN_CHARACTERS = 32;
const GITHUB_API_URL = 'https://api.github.com';
/** Only these are repeated in a problem: none of them can hold a secret. */
const SHOWN = new Set([
  'PORT',
  'APP_ENV',
  'LOG_LEVEL',
  'RETENTION_DAYS',
  'TRUST_PROXY',
  'PULL_REQUEST_ACTIONS',
]);

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
    pullRequestActions: variables.PULL_REQUEST_ACTIONS,
    logLevel: variables.LOG_LEVEL,
  };
}

/** Built for each mode, since a rule over the whole object would stay silent while one variable is wrong. */
function composeSchema(isDevelopment: boolean, isShared: boolean, given: Readonly<Record<string, string>>) {
  const adminToken = z
    .string({
      error: `is required in production: at least ${MIN_ADMIN_TOKEN_CHARACTERS} characters; \`openssl rand -hex 32\` makes one`,
    })
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
    BACKEND_URL: composeAddressSchema(isDevelopment, 'https://nectr.example.com').optional(),
    DATABASE_URL: databaseSchema,
    ...composeCredentialsSchema(given),
    GITHUB_API_URL: composeAddressSchema(isDevelopment, GITHUB_API_URL).default(GITHUB_API_URL),
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
    TRUST_PROXY: proxiesSchema.default(false),
    PULL_REQUEST_ACTIONS: z
      .string()
      .default(DEFAULT_ACTIONS.join(','))
      .transform((text) => [...new Set(text.split(',').map((action) => action.trim()))])
      .pipe(z.array(z.enum(DISPATCH_ACTIONS, { error: actionsRule }))),
    LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  });
}

const DEFAULT_ACTIONS: readonly DispatchAction[] = ['opened', 'synchronize'];
const actionsRule = `must be one or more of ${DISPATCH_ACTIONS.join(', ')}, with commas`;

const daysRule = 'must be a whole number of days from 4 to 3650';

const portRule = 'must be a whole number from 0 to 65535';

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
