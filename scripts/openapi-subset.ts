// GitHub's published description → the part the local GitHub serves, with every component it reaches. Run it with
// the folder of the package @octokit/openapi, which is too large (385 MB) to be a dependency:
//   npm pack @octokit/openapi && tar -xzf octokit-openapi-*.tgz && npx node scripts/openapi-subset.ts package
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const OPERATIONS = [
  'actions/create-workflow-dispatch',
  'actions/get-github-actions-permissions-repository',
  'actions/get-workflow',
  'actions/get-workflow-run',
  'actions/list-repo-workflows',
  'actions/list-workflow-runs',
  'actions/list-workflow-runs-for-repo',
  'apps/create-installation-access-token',
  'apps/get-authenticated',
  'apps/get-repo-installation',
  'checks/create',
  'checks/get',
  'checks/list-annotations',
  'checks/list-for-ref',
  'checks/list-for-suite',
  'checks/update',
  'git/create-ref',
  'git/delete-ref',
  'git/get-ref',
  'issues/create-comment',
  'issues/get',
  'issues/list-comments',
  'issues/update-comment',
  'meta/root',
  'pulls/create',
  'pulls/create-reply-for-review-comment',
  'pulls/create-review',
  'pulls/create-review-comment',
  'pulls/dismiss-review',
  'pulls/get',
  'pulls/get-review',
  'pulls/get-review-comment',
  'pulls/list',
  'pulls/list-comments-for-review',
  'pulls/list-files',
  'pulls/list-review-comments',
  'pulls/list-reviews',
  'pulls/submit-review',
  'pulls/update-review',
  'pulls/update-review-comment',
  'rate-limit/get',
  'reactions/create-for-issue-comment',
  'reactions/create-for-pull-request-review-comment',
  'reactions/list-for-pull-request-review-comment',
  'repos/compare-commits-with-basehead',
  'repos/create-dispatch-event',
  'repos/create-or-update-file-contents',
  'repos/create-webhook',
  'repos/delete-webhook',
  'repos/get',
  'repos/get-collaborator-permission-level',
  'repos/get-commit',
  'repos/get-content',
  'repos/get-webhook',
  'repos/get-webhook-delivery',
  'repos/list-webhook-deliveries',
  'repos/list-webhooks',
  'repos/ping-webhook',
  'repos/redeliver-webhook-delivery',
  'repos/update-webhook',
  'users/get-authenticated',
];

type Json = Readonly<Record<string, unknown>>;
interface Description {
  readonly openapi: string;
  readonly info: Json;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const folder = process.argv[2];
if (folder === undefined)
  throw new Error('usage: npx node scripts/openapi-subset.ts FOLDER_OF_@octokit/openapi');
const version = (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string })
  .version;
const whole = JSON.parse(readFileSync(join(folder, 'generated/api.github.com.json'), 'utf8')) as Description;

const paths = Object.fromEntries(
  Object.entries(whole.paths).flatMap(([path, methods]) => {
    const wanted = Object.entries(methods).filter(([, { operationId }]) =>
      OPERATIONS.includes(operationId as string),
    );
    return wanted.length === 0
      ? []
      : [[path, Object.fromEntries(wanted.map(([name, body]) => [name, trim(body)]))]];
  }),
);
const found = new Set(
  Object.values(paths).flatMap((methods) =>
    Object.values(methods).map((body) => (body as Json)['operationId']),
  ),
);
const missing = OPERATIONS.filter((id) => !found.has(id));
if (missing.length > 0) throw new Error(`the description has no operation ${missing.join(', ')}`);

const subset = {
  openapi: whole.openapi,
  info: {
    title: 'Part of the GitHub v3 REST API',
    version: `@octokit/openapi ${version}`,
    license: whole.info['license'],
  },
  paths,
  components: collectComponents(paths),
};
writeFileSync('simulator/github/openapi/api.github.com.json', `${JSON.stringify(subset)}\n`);

/** Prose and vendor extensions are not checked by anything. */
function trim(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(trim);
  if (isDateRange(value)) return { ...value, schema: { type: 'string' } };
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, part]) =>
      !(key === 'description' && typeof part === 'string') && !key.startsWith('x-') && key !== 'externalDocs',
  );
  return Object.fromEntries(kept.map(([key, part]) => [key, trim(part)]));
}

/** `created` of workflow runs: described as a date, and in its prose as a range such as `>=2026-11-25`. */
function isDateRange(value: unknown): value is Json {
  const { name, in: where } = (value ?? {}) as Json;
  return name === 'created' && where === 'query';
}

function collectComponents(from: unknown): Record<string, Record<string, unknown>> {
  const collected: Record<string, Record<string, unknown>> = {};
  const visit = (value: unknown): void => {
    for (const [, kind = '', name = ''] of JSON.stringify(value).matchAll(
      /"#\/components\/([^/"]+)\/([^"]+)"/g,
    )) {
      const group = (collected[kind] ??= {});
      if (name in group) continue;
      // A response's `description` is required by the format.
      const part = whole.components[kind]?.[name];
      group[name] =
        kind === 'responses'
          ? { description: '', ...(trim(part) as Json) }
          : kind === 'examples'
            ? part
            : trim(part);
      visit(group[name]);
    }
  };
  visit(from);
  return collected;
}
