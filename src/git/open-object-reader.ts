// Object ids → sizes and contents, by two lasting `git cat-file`: a start of git takes longer than all that it is asked. Ids only
// come from git itself, so nothing that a pull request wrote is ever part of what git is asked.
import { openBatch } from './open-batch.ts';
import type { GitOptions } from './run-git.ts';

export interface ObjectReader extends AsyncDisposable {
  /** Object id → bytes; an object that is not there is left out. */
  readSizes(oids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Contents in the order asked; undefined where there is no such file. They are held whole: ask for their sizes first. */
  readBlobs(oids: readonly string[]): Promise<readonly (Buffer | undefined)[]>;
}

export function openObjectReader(git: GitOptions): ObjectReader {
  const sizes = openBatch('--batch-check', git);
  const contents = openBatch('--batch', git);
  return {
    readSizes: async (oids) => {
      const answers = await Promise.all(oids.map((oid) => sizes.ask(oid)));
      return new Map(oids.flatMap((oid, at) => (answers[at] ? [[oid, answers[at].bytes] as const] : [])));
    },
    readBlobs: async (oids) => {
      const answers = await Promise.all(oids.map((oid) => contents.ask(oid)));
      return answers.map((answer) => (answer?.type === 'blob' ? answer.content : undefined));
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([sizes[Symbol.asyncDispose](), contents[Symbol.asyncDispose]()]);
    },
  };
}
