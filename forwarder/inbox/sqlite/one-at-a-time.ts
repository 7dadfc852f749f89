// Work on one key waits for the work before it, inside this process: with SQLite there is no other.
export class OneAtATime {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
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
