// What happened, where, and how long it took, one line each, as people like to read it.
import { styleText } from 'node:util';

export interface Timeline {
  /** A heading between the steps. */
  chapter(title: string): void;
  /** One thing that happened. `since` is a time of `performance.now()`, to say how long it took. */
  say(where: Place, text: string, since?: number): void;
}

export type Place = 'GitHub' | 'forwarder' | 'runner' | 'Action' | 'Claude' | 'demo';

const PLACE_WIDTH = 'forwarder'.length;

export function openTimeline(write: (line: string) => void): Timeline {
  const startedAt = performance.now();
  return {
    chapter: (title) => {
      write(`\n${styleText('bold', title)}`);
    },
    say: (where, text, since) => {
      const at = ((performance.now() - startedAt) / 1000).toFixed(2).padStart(6);
      const took =
        since === undefined ? '' : styleText('dim', ` (${formatDuration(performance.now() - since)})`);
      write(
        `${styleText('dim', `${at} s`)}  ${styleText('cyan', where.padEnd(PLACE_WIDTH))}  ${text}${took}`,
      );
    },
  };
}

export function formatDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
