// Work on one key waits for the work before it: two requests to connect a repository must not make two webhooks.
export class OneAtATime {
  readonly #last = new Map<number, Promise<unknown>>();

  async run<Value>(key: number, work: () => Promise<Value>): Promise<Value> {
    const before = this.#last.get(key);
    const mine = (async () => {
      await before?.catch(() => {}); // told to whoever asked for it
      return work();
    })();
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
