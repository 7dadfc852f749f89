// All that a review ends with, as one part of the bundle: it is loaded while Claude reads.
export { publish } from './publish.ts';
export { report } from './report-outcome.ts';
export { concludeReview } from './report/compose-outcome.ts';
export { concludeFailure, concludeUnreviewed } from './report/conclude-unreviewed.ts';
