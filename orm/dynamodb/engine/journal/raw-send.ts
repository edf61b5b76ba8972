import type { OperationName, Operations } from "../operations.ts";

/**
 * Sends one request as it is: contention is borne, and held items are neither shown as decided nor waited for. What
 * looks at the locks themselves sends through it.
 */
export type RawSend = <Name extends OperationName>(
  name: Name,
  model: string,
  input: Operations[Name][0],
) => Promise<Operations[Name][1]>;
