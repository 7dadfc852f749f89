// The line in a review's body by which Nectr knows its own work again. Written by us, read back by us; whether
// the author of the review is us is checked where reviews are read.

/** Hidden in rendered Markdown. One head has at most one review with this marker. */
export function composeMarker(headSha: string): string {
  return `<!-- nectr:review v1 head=${headSha} -->`;
}

/** True when a review's body carries the marker of this head as a line of its own. */
export function hasMarker(body: string, headSha: string): boolean {
  return body.split(/\r?\n/).includes(composeMarker(headSha));
}
