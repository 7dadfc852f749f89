// Text of a workflow file → what matters of it to a dispatch: whether it listens, what it may do, and whether its run can
// be found. Anything that is no workflow listens to nothing.
import { parse } from 'yaml';
import * as z from 'zod';
import { DISPATCH_EVENT_TYPE } from '../../contract/client-payload.ts';

export interface ReadWorkflow {
  readonly listens: boolean;
  /** It has `repository_dispatch`, but of other types. */
  readonly otherTypes: readonly string[] | undefined;
  /** Permissions that a review needs and the workflow does not give. */
  readonly missingPermissions: readonly string[];
  /** The run name has the id of the delivery, by which the run is found. */
  readonly isFindable: boolean;
  /** The concurrency group changes with the ref, which is the same for all dispatches. */
  readonly groupsByRef: boolean;
}

const listSchema = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const permissionsSchema = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .optional()
  .nullable();
const workflowSchema = z.object({
  on: z.union([listSchema, z.record(z.string(), z.unknown())]),
  'run-name': z.string().optional(),
  permissions: permissionsSchema,
  concurrency: z.union([z.string(), z.looseObject({ group: z.string() })]).optional(),
  jobs: z.record(z.string(), z.looseObject({ permissions: permissionsSchema })).optional(),
});

type Permissions = z.infer<typeof permissionsSchema>;

/** What a review needs; `write` includes `read`. */
const NEEDED = { contents: 'read', 'pull-requests': 'write', checks: 'write' } as const;

export function readWorkflow(text: string): ReadWorkflow | undefined {
  const workflow = workflowSchema.safeParse(parseYaml(text)).data;
  if (!workflow) return undefined;
  const types = readTypes(workflow.on);
  // A job's permissions replace the workflow's, all of them; only a job that says nothing has those.
  const jobs = Object.values(workflow.jobs ?? {}).map((job) => job.permissions ?? workflow.permissions);
  const group = typeof workflow.concurrency === 'string' ? workflow.concurrency : workflow.concurrency?.group;
  return {
    listens: types !== undefined && (types.length === 0 || types.includes(DISPATCH_EVENT_TYPE)),
    otherTypes: types,
    missingPermissions: listMissing(jobs.length > 0 ? jobs : [workflow.permissions]),
    isFindable: /client_payload\.delivery_id/.test(workflow['run-name'] ?? ''),
    groupsByRef: /github\.ref\b/.test(group ?? '') && !/client_payload\.pull_request/.test(group ?? ''),
  };
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent' });
  } catch {
    return undefined; // whoever wrote it sees that on GitHub
  }
}

/** Undefined: it does not listen to dispatches. Empty: to all of them. */
function readTypes(on: readonly string[] | Readonly<Record<string, unknown>>): readonly string[] | undefined {
  if (Array.isArray(on)) return on.includes('repository_dispatch') ? [] : undefined;
  const triggers = on as Readonly<Record<string, unknown>>;
  if (!('repository_dispatch' in triggers)) return undefined;
  const { types } =
    z.object({ types: listSchema.optional() }).safeParse(triggers['repository_dispatch']).data ?? {};
  return types ?? [];
}

/**
 * What the job lacks that lacks least: which of several is the review's is not known. Where nothing is said, the
 * repository's default decides.
 */
function listMissing(jobs: readonly Permissions[]): string[] {
  const missing = jobs.map(listMissingOf);
  return missing.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

function listMissingOf(permissions: Permissions): string[] {
  if (permissions === undefined || permissions === null) return [];
  return Object.entries(NEEDED).flatMap(([scope, level]) =>
    gives(permissions, scope, level) ? [] : [`${scope}: ${level}`],
  );
}

function gives(permissions: NonNullable<Permissions>, scope: string, level: string): boolean {
  if (typeof permissions === 'string') {
    return permissions === 'write-all' || (permissions === 'read-all' && level === 'read');
  }
  const value = permissions[scope];
  return value === 'write' || value === level;
}
