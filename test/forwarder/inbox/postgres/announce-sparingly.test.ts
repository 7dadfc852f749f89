import { describe, expect, it } from '@jest/globals';
import { announceSparingly } from '../../../../forwarder/inbox/postgres/announce-sparingly.ts';
import { waitFor } from '../../wait-for.ts';

interface Sending {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Each message ends when it is told to. */
const openAnnouncer = () => {
  const sendings: Sending[] = [];
  const failures: unknown[] = [];
  const send = (): Promise<void> =>
    new Promise((resolve, reject) => {
      sendings.push({ resolve, reject });
    });
  return { sendings, failures, announcer: announceSparingly(send, (error) => failures.push(error)) };
};

describe('announcements', () => {
  it('go out at once, and many while one is under way as one more', async () => {
    const { sendings, announcer } = openAnnouncer();
    announcer.announce();
    expect(sendings).toHaveLength(1);
    for (let count = 0; count < 20; count += 1) announcer.announce();
    expect(sendings).toHaveLength(1);
    sendings[0]?.resolve();
    await waitFor('the second', () => sendings.length === 2);
    sendings[1]?.resolve();
    await announcer.close();
    expect(sendings).toHaveLength(2);
  });

  it('go out again after one that failed, which is told', async () => {
    const { sendings, failures, announcer } = openAnnouncer();
    announcer.announce();
    sendings[0]?.reject(new Error('no database'));
    await waitFor('the failure', () => failures.length === 1);
    announcer.announce();
    await waitFor('the second', () => sendings.length === 2);
    sendings[1]?.resolve();
    await announcer.close();
    expect(failures).toEqual([new Error('no database')]);
  });

  it('are all sent when closing has ended', async () => {
    const { sendings, announcer } = openAnnouncer();
    announcer.announce();
    announcer.announce();
    let isClosed = false;
    const closing = announcer.close().then(() => (isClosed = true));
    sendings[0]?.resolve();
    await waitFor('the second', () => sendings.length === 2);
    expect(isClosed).toBe(false);
    sendings[1]?.resolve();
    await closing;
    expect(sendings).toHaveLength(2);
  });
});
