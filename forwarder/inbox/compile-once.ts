// A query whose text never changes → compiled when it is first needed, and from then on only given its values: to build and
// compile one takes many times as long as the database takes to answer it (docs/adr/0023).
import type { CompiledQuery } from 'kysely';
import type { Db } from './tables.ts';

/** Stands for a value while the query is compiled. */
class Placeholder<Given> {
  readonly read: (given: Given) => unknown;

  constructor(read: (given: Given) => unknown) {
    this.read = read;
  }
}

type Compile<Given, Row> = (db: Db, given: Given) => CompiledQuery<Row>;

/** `build` sees a placeholder for each value: it may put them into the query, and never look at them. */
export function compileOnce<Given extends object, Row>(
  build: (db: Db, given: Given) => CompiledQuery<Row>,
): Compile<Given, Row> {
  const placeholders = composePlaceholders((given: Given) => given);
  return openTemplate((db) => build(db, placeholders));
}

/** The same of a query about any number of things: its text depends on how many they are, and on nothing else. */
export function compileEach<Given extends object, Row>(
  build: (db: Db, given: readonly Given[]) => CompiledQuery<Row>,
): Compile<readonly Given[], Row> {
  const byCount = new Map<number, Compile<readonly Given[], Row>>();
  return (db, given) => {
    let compile = byCount.get(given.length);
    if (!compile) {
      const placeholders = given.map((_, at) =>
        composePlaceholders((all: readonly Given[]) => all[at] as Given),
      );
      compile = openTemplate((open) => build(open, placeholders));
      byCount.set(given.length, compile);
    }
    return compile(db, given);
  };
}

/** Of one thing; `select` finds it among what is given. */
function composePlaceholders<Given extends object>(select: (given: never) => Given): Given {
  return new Proxy({} as Given, {
    get: (_, name) => new Placeholder((given: never) => select(given)[name as keyof Given]),
  });
}

function openTemplate<Given, Row>(build: (db: Db) => CompiledQuery<Row>): Compile<Given, Row> {
  // Each open database has an adapter of its own; its transactions share it.
  const templates = new WeakMap<object, CompiledQuery<Row>>();
  return (db, given) => {
    const { adapter } = db.getExecutor();
    const template = templates.get(adapter) ?? build(db);
    templates.set(adapter, template);
    const parameters = template.parameters.map((parameter) =>
      parameter instanceof Placeholder ? (parameter as Placeholder<Given>).read(given) : parameter,
    );
    return { ...template, parameters };
  };
}
