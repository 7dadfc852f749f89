// The line at the end of a review's body by which Nectr knows its own work again. Written by us, read back by us; whether
// the author of the review is us is checked where reviews are read.

export interface Marker {
  readonly headSha: string;
  /** Run and attempt that posted it, such as `123.1`: tells a review of this run from an earlier one of the same head. */
  readonly run: string;
  /** `partial`: some files could not be reviewed, so a later run may try again. */
  readonly state: 'complete' | 'partial';
}

/** Hidden in rendered Markdown. */
export function composeMarker({ headSha, run, state }: Marker): string {
  return `<!-- nectr:review v1 head=${headSha} run=${run} state=${state} -->`;
}

const FORM = /^<!-- nectr:review v1 head=([0-9a-f]{40,64}) run=([\d.]+) state=(complete|partial) -->$/;

/**
 * The marker with which a review's body ends. Only the end counts: further up a body quotes code of the pull request, and
 * somebody could have written the marker of their next commit there.
 */
export function readMarker(body: string): Marker | undefined {
  const last = body.trimEnd().split(/\r?\n/).at(-1) ?? '';
  const [, headSha, run, state] = FORM.exec(last) ?? [];
  if (headSha === undefined || run === undefined) return undefined;
  return { headSha, run, state: state === 'partial' ? 'partial' : 'complete' };
}
