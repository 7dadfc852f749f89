// Many announcements → few messages: the first at once, what comes while it is under way or just behind it in one later. Each
// message wakes every replica, and all of them ask the database what is due (docs/adr/0023).
import { setTimeout as wait } from 'node:timers/promises';

export interface Announcer {
  /** Returns at once. One message at least will be sent after this, or has failed. */
  announce(): void;
  /** Settles when everything announced is sent. */
  close(): Promise<void>;
}

/** From the end of one message to the next; nobody sees that a dispatch by another replica starts as much later. */
const REST_MS = 50;

/** Never more than one message is under way. `onFailure`: of one that could not be sent. */
export function announceSparingly(send: () => Promise<void>, onFailure: (error: unknown) => void): Announcer {
  let isDue = false;
  let sending: Promise<void> | undefined;
  const sendDue = async (): Promise<void> => {
    while (isDue) {
      isDue = false;
      await send().catch(onFailure);
      await wait(REST_MS);
    }
    sending = undefined;
  };
  return {
    announce: () => {
      isDue = true;
      sending ??= sendDue();
    },
    close: async () => {
      await sending;
    },
  };
}
