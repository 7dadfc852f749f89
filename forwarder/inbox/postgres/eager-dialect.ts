// Kysely's dialect of PostgreSQL, where a transaction does not wait for its beginning: it goes out with the first queries, and is
// answered with them. For connections that have `pipeline` set.
import {
  PostgresDialect,
  PostgresDriver,
  type DatabaseConnection,
  type PostgresDialectConfig,
  type TransactionSettings,
} from 'kysely';

export class EagerDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): PostgresDriver {
    return new EagerDriver(this.#config);
  }
}

class EagerDriver extends PostgresDriver {
  readonly #beginnings = new WeakMap<DatabaseConnection, Promise<void>>();

  override beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const beginning = super.beginTransaction(connection, settings);
    beginning.catch(() => {}); // told by the commit, and before by each query on the connection if that is lost
    this.#beginnings.set(connection, beginning);
    return Promise.resolve();
  }

  /** @throws also when there was nothing to commit, because it never began */
  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#beginnings.get(connection);
    await super.commitTransaction(connection);
  }

  /** What fails here does so because of what the transaction failed with, and that is told. The connection is given up then. */
  override async rollbackTransaction(
    connection: Parameters<PostgresDriver['rollbackTransaction']>[0],
  ): Promise<void> {
    await super.rollbackTransaction(connection).catch(() => {});
  }
}
