// GitHub Apps: an App proves itself by a JSON Web Token that its private key has signed, finds its installation on a
// repository, and gets a token of that installation, which ends after an hour.
import { createVerify, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { relocateExample } from '../present/example.ts';
import { takeId, type AppInstallation, type Token, type World } from '../world.ts';
import { BrokenRule, notFound, Refusal, type Call, type Handler } from './call.ts';

const HOUR_MS = 60 * 60_000;
/** docs.github.com/apps: a JSON Web Token may live for ten minutes. */
const MAX_JWT_SECONDS = 600;

const claimsSchema = z.object({ iss: z.coerce.string(), iat: z.number(), exp: z.number() });

/** Undefined: not signed by an App that is known here, or not in its time. */
export function readAppToken(world: World, value: string): Token | undefined {
  const [header = '', claims = '', signature] = value.split('.');
  if (signature === undefined) return undefined;
  const parsed = claimsSchema.safeParse(JSON.parse(Buffer.from(claims, 'base64url').toString()));
  const app = world.apps.find(({ id }) => String(id) === parsed.data?.iss);
  if (!app || !parsed.data) return undefined;
  const isSigned = createVerify('RSA-SHA256')
    .update(`${header}.${claims}`)
    .verify(app.publicKey, signature, 'base64url');
  const seconds = Date.now() / 1000;
  const { iat, exp } = parsed.data;
  if (!isSigned || iat > seconds || exp < seconds || exp - seconds > MAX_JWT_SECONDS) return undefined;
  app.token ??= {
    value: `app ${app.id}`,
    login: `${app.slug}[bot]`,
    permissions: {},
    repositories: [],
    limit: 5000,
    used: 0,
    windowEndsAt: 0,
    appId: app.id,
  };
  return app.token;
}

export const getRepositoryInstallation: Handler = (call) => {
  const { world, repository } = call;
  const appId = requireApp(call);
  const installation = world.installations.find(
    (candidate) => candidate.appId === appId && candidate.repositories.includes(repository.fullName),
  );
  if (!installation) throw notFound();
  return {
    status: 200,
    body: { ...relocateExample('installation', world, repository), id: installation.id, app_id: appId },
  };
};

export const createInstallationToken: Handler = (call) => {
  const { world, params } = call;
  const appId = requireApp(call);
  const installation = world.installations.find(
    ({ id, appId: owner }) => owner === appId && id === Number(params['installation_id']),
  );
  if (!installation) throw notFound();
  const token = issueToken(world, installation);
  return {
    status: 201,
    body: {
      token: token.value,
      expires_at: new Date(token.expiresAtMs).toISOString(),
      permissions: installation.permissions,
      repository_selection: 'selected',
    },
  };
};

function issueToken(world: World, { id: installationId, appId, permissions, repositories }: AppInstallation) {
  const app = world.apps.find(({ id }) => id === appId);
  const token = {
    value: `ghs_${randomBytes(18).toString('hex')}`,
    login: `${app?.slug ?? 'app'}[bot]`,
    permissions,
    repositories,
    limit: 5000,
    used: 0,
    windowEndsAt: 0,
    expiresAtMs: Date.now() + HOUR_MS,
    installationId,
  };
  world.tokens.set(token.value, token);
  return token;
}

/** Only an App itself, not one of its installations. */
function requireApp({ token }: Call): number {
  if (token.appId === undefined) throw new Refusal(401, 'A JSON web token could not be decoded');
  return token.appId;
}

/** For tests: an App with its private key, and its installation on some repositories. */
export interface AppInput {
  readonly slug: string;
  readonly publicKey: string;
}

export function createApp(world: World, { slug, publicKey }: AppInput): number {
  const id = takeId(world);
  world.apps.push({ id, slug, publicKey, token: undefined });
  return id;
}

/** Its tokens end with it. */
export function uninstallApp(world: World, installationId: number): void {
  const at = world.installations.findIndex(({ id }) => id === installationId);
  if (at < 0) throw new Error(`there is no installation ${installationId}`);
  world.installations.splice(at, 1);
  for (const [value, token] of world.tokens)
    if (token.installationId === installationId) world.tokens.delete(value);
}

export function installApp(world: World, installation: Omit<AppInstallation, 'id'>): number {
  if (!world.apps.some(({ id }) => id === installation.appId)) throw new BrokenRule(404, 'No such App');
  const id = takeId(world);
  world.installations.push({ ...installation, id });
  return id;
}
