// A query whose text never changes → compiled when it is first asked, and from then on only given its values: to build and
// compile one takes many times as long as the database takes to answer it (docs/adr/0023).
import type { Compilable, CompiledQuery } from 'kysely';
import type { Db } from './tables.ts';

/** Stands for a value while the query is compiled. */
class Placeholder<Given> {
  readonly read: (given: Given) => unknown;

  constructor(read: (given: Given) => unknown) {
    this.read = read;
  }
}

type Ask<Given, Row> = (db: Db, given: Given) => Promise<Row[]>;

/** `build` sees a placeholder for each value: it may put them into the query, and never look at them. */
export function compileOnce<Given extends object, Row>(
  build: (db: Db, given: Given) => Compilable<Row>,
): Ask<Given, Row> {
  const placeholders = composePlaceholders((given: Given) => given);
  return openTemplate((db) => build(db, placeholders));
}

/** The same of a query about any number of things: its text depends on how many they are, and on nothing else. */
export function compileEach<Given extends object, Row>(
  build: (db: Db, given: readonly Given[]) => Compilable<Row>,
): Ask<readonly Given[], Row> {
  const byCount = new Map<number, Ask<readonly Given[], Row>>();
  return (db, given) => {
    let ask = byCount.get(given.length);
    if (!ask) {
      const placeholders = given.map((_, at) =>
        composePlaceholders((all: readonly Given[]) => all[at] as Given),
      );
      ask = openTemplate((open) => build(open, placeholders));
      byCount.set(given.length, ask);
    }
    return ask(db, given);
  };
}

/** Of one thing; `select` finds it among what is given. */
function composePlaceholders<Given extends object>(select: (given: never) => Given): Given {
  return new Proxy({} as Given, {
    get: (_, name) => new Placeholder((given: never) => select(given)[name as keyof Given]),
  });
}

function openTemplate<Given, Row>(build: (db: Db) => Compilable<Row>): Ask<Given, Row> {
  // Each open database has an adapter of its own; its transactions share it.
  const templates = new WeakMap<object, CompiledQuery>();
  return async (db, given) => {
    const { adapter } = db.getExecutor();
    const template = templates.get(adapter) ?? build(db).compile();
    templates.set(adapter, template);
    const parameters = template.parameters.map((parameter) =>
      parameter instanceof Placeholder ? (parameter as Placeholder<Given>).read(given) : parameter,
    );
    const { rows } = await db.executeQuery<Row>({ ...template, parameters });
    return rows;
  };
}
