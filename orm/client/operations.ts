import type { TransactionOptions } from "../driver.ts";

/** What belongs to no model. */
export interface OrmOperations<Client, Handle> {
  /**
   * Runs `run` with a client whose writes commit together, where `$driver.capabilities` says
   * `supportsTransactions`; elsewhere they are immediate. A throw discards them and is passed on.
   * A transaction inside another one is a savepoint: its writes are part of the outer one's, and a throw that is
   * caught there takes back its own. Throws `TRANSACTION_CONFLICT` (retryable) where
   * another writer was first, unless `retries` says how often to run `run` again. By default that is about what is
   * written; with `isolation: "serializable"` about what is read, too.
   */
  transaction<T>(run: (tx: Client) => Promise<T>, options?: TransactionOptions): Promise<T>;

  /**
   * Runs tasks in order inside one transaction and returns their results.
   *
   * @typeParam Tasks - The tasks, each with a result of its own.
   * @example
   * ```ts
   * const [user, account] = await orm.batch([
   *   (tx) => tx.user.create({ data: { id, email } }),
   *   (tx) => tx.account.create({ data: { userId: id, providerId, accountId } }),
   * ]);
   * ```
   */
  batch<const Tasks extends readonly ((tx: Client) => Promise<unknown>)[]>(
    tasks: Tasks,
  ): Promise<{ -readonly [I in keyof Tasks]: Awaited<ReturnType<Tasks[I]>> }>;

  /** The driver: its kind, its backend client and its capabilities. */
  readonly $driver: Handle;
}
