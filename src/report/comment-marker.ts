// The line at the end of a comment by which Nectr knows which of its findings the comment is about. Whether its author is us
// is checked where comments are read.

export function composeCommentMarker(fingerprint: string): string {
  return `<!-- nectr:finding ${fingerprint} -->`;
}

/** Only the end counts, as with the marker of a review: further up stands text of others. */
export function readCommentMarker(body: string): string | undefined {
  return /<!-- nectr:finding ([0-9a-f]{16}) -->\s*$/.exec(body)?.[1];
}
