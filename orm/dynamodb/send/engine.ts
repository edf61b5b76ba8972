/**
 * What is known of the engine behind a client. Dynalite has no TransactWriteItems: that shows at
 * the first use and is remembered for the client.
 */
export interface Engine {
  /** Undefined until the first transaction was tried. */
  transactions: boolean | undefined;
  /** Whether its lack of transactions has been told. */
  warned: boolean;
}

const engines = new WeakMap<object, Engine>();

/** The engine of a client, one for all drivers that share the client. */
export function engineOf(client: object): Engine {
  let engine = engines.get(client);
  if (!engine) {
    engine = { transactions: undefined, warned: false };
    engines.set(client, engine);
  }
  return engine;
}
