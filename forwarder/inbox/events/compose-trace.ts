// An event → what a second one of its kind would share with it.
import { sql } from 'kysely';
import type { NewEvent } from '../event.ts';

export interface Trace {
  readonly deliveryId: string;
  readonly bodyDigest: string;
  readonly repositoryId: number | null;
  readonly pullRequest: number | null;
}

export function composeTrace(event: NewEvent): Trace {
  const { deliveryId, bodyDigest, repositoryId = null } = event;
  const pullRequest = 'facts' in event ? event.facts.pullRequest : (event.pullRequest ?? null);
  return { deliveryId, bodyDigest, repositoryId, pullRequest };
}

/** In the words of the partial index: with a parameter it would not be used. */
export const HAS_NO_EFFECT = sql<boolean>`effect = 'none'`;
