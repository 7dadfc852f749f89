// Counting → counting that takes no more than a hundredth of the time, however often it is asked for: the page of metrics is
// open to all. A count of a million events takes SQLite 0.1 s, during which nothing else is served, and PostgreSQL 0.6 s.

/** A scrape comes every 15 to 60 s. */
const MAX_KEPT_MS = 15_000;
const SHARE = 100;

/** `readMs`: a clock that only goes forward. */
export function keepMeasures<Measures>(
  measure: () => Promise<Measures>,
  readMs: () => number = () => performance.now(),
): () => Promise<Measures> {
  let latest: Promise<Measures> | undefined;
  const forget = (): void => {
    latest = undefined;
  };
  return () => {
    latest ??= (async () => {
      const startedMs = readMs();
      try {
        const measures = await measure();
        const keptMs = Math.min(MAX_KEPT_MS, (readMs() - startedMs) * SHARE);
        setTimeout(forget, keptMs).unref();
        return measures;
      } catch (error) {
        forget();
        throw error;
      }
    })();
    return latest;
  };
}
