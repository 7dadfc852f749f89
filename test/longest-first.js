// What takes longest starts first, so that no worker is left with it at the end while the others have nothing to do. Jest knows by
// itself how long a file took the last time; on a machine that has never run them, as in CI, it would go by the size of the files.
import Sequencer from '@jest/test-sequencer';

/** Where the longest tests are, and those that mostly wait: beside them others have the processors. */
const LONGEST = [
  '/test/prove/forwarder/kills',
  '/test/forwarder/main',
  '/test/simulator/demo/',
  '/test/prove/',
  '/test/dist/',
  '/test/forwarder/',
];

export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ path }) {
  const place = LONGEST.findIndex((folder) => path.includes(folder));
  return place === -1 ? LONGEST.length : place;
}
