// Memory that only the start needed → back to the system. V8 keeps the place where new objects are made as large as the start has
// made it until it has been idle for minutes: 97 instead of 83 MB (docs/adr/0023).

/** Takes some 60 ms. Does nothing in a process that was started without `--expose-gc`. */
export function returnMemory(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
