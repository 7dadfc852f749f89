// The variables of the forwarder, as the README tells them.

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
  {
    name: 'PULL_REQUEST_ACTIONS',
    default: 'opened,synchronize',
    meaning:
      'What of a pull request starts a review, with commas: opened, synchronize (a push), reopened, ready_for_review (no draft any more)',
  },
  { name: 'LOG_LEVEL', default: 'info', meaning: 'fatal, error, warn, info, debug, trace or silent' },
];
