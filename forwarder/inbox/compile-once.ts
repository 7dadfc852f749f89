// A query whose text never changes → compiled when it is first asked, and from then on only given its values: to build and
// compile one takes many times as long as the database takes to answer it.
import type { Compilable, CompiledQuery } from 'kysely';
import type { Db } from './tables.ts';

/** Stands for a value while the query is compiled. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** `build` sees a placeholder for each value: it may put them into the query, and never look at them. */
export function compileOnce<Given extends object, Row>(
  build: (db: Db, given: Given) => Compilable<Row>,
): (db: Db, given: Given) => Promise<Row[]> {
  const placeholders = new Proxy({} as Given, { get: (_, name) => new Placeholder(String(name)) });
  // Each open database has an adapter of its own; its transactions share it.
  const templates = new WeakMap<object, CompiledQuery>();
  return async (db, given) => {
    const { adapter } = db.getExecutor();
    const template = templates.get(adapter) ?? build(db, placeholders).compile();
    templates.set(adapter, template);
    const parameters = template.parameters.map((parameter) =>
      parameter instanceof Placeholder ? given[parameter.name as keyof Given] : parameter,
    );
    const { rows } = await db.executeQuery<Row>({ ...template, parameters });
    return rows;
  };
}
