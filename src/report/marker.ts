// The line in a review's body by which Nectr knows its own work again. Written by us, read back by us; whether
// the author of the review is us is checked where reviews are read.

/** Hidden in rendered Markdown. One head has at most one review with this marker. */
export function composeMarker(headSha: string): string {
  return `<!-- nectr:review v1 head=${headSha} -->`;
}

/**
 * True when a review's body ends with the marker of this head. Only the end counts: further up a body quotes code of
 * the pull request, and somebody could have written the marker of their next commit there.
 */
export function hasMarker(body: string, headSha: string): boolean {
  return body.trimEnd().split(/\r?\n/).at(-1) === composeMarker(headSha);
}
