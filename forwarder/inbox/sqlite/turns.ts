// One at a time, first come first served. Whoever waits longest is next, however many come meanwhile.
export class Turns {
  #last: Promise<void> = Promise.resolve();
  #end: () => void = () => {};

  /** Settles when it is the caller's turn, which lasts until `end`. */
  async take(): Promise<void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    this.#end = resolve;
  }

  end(): void {
    this.#end();
  }
}
