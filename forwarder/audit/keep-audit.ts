// What the admin API is asked to change → the audit log: who asked, for what, and what came of it.
import type { Request } from 'express';
import type { AuditAction } from '../inbox/audit.ts';
import type { AuditStore } from '../inbox/inbox.ts';
import type { Log } from '../open-log.ts';
import { Problem } from '../problem.ts';

export interface AuditEdges {
  readonly audit: AuditStore;
  readonly log: Log;
  readonly now: () => Date;
}

export interface AuditSubject {
  readonly action: AuditAction;
  readonly repo?: string | undefined;
  readonly eventId?: number | undefined;
}

/** Carries the work out, and writes down how it ended. An audit log that cannot be written does not undo the work. */
export async function keepAudit<Value>(
  { audit, log, now }: AuditEdges,
  request: Request,
  { action, repo, eventId }: AuditSubject,
  work: () => Promise<Value>,
): Promise<Value> {
  const write = async (outcome: string): Promise<void> => {
    const entry = { action, repo, eventId, outcome, address: request.ip };
    log.info({ audit: entry }, 'audit');
    await audit.add(entry, now()).catch((error: unknown) => {
      log.error({ err: error, audit: entry }, 'the audit log could not be written');
    });
  };
  try {
    const value = await work();
    await write('done');
    return value;
  } catch (error) {
    await write(error instanceof Problem ? error.code : 'internal_error');
    throw error;
  }
}
