// A failure that is no reason to stop → a line of the log.
import type { Edges } from './review.ts';

/** How the review ended matters more than whether this could be done as well. */
export function warn(log: Edges['log'], what: string): (error: unknown) => void {
  return (error) => {
    log(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  };
}
