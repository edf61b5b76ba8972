import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { connectionLine, type Connection } from "./describe-connection.ts";

/** Who can be asked, and how. */
export interface Asking {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly signal?: AbortSignal;
}

/**
 * Asks once, where a command is about to write to AWS and somebody sits at a terminal. True where nobody has to be
 * asked: with `--yes`, on a local engine, and where there is no terminal.
 */
export async function confirmed(
  action: string,
  connection: Connection,
  yes: boolean,
  asking: Asking,
): Promise<boolean> {
  if (yes || connection.account === "local" || !canAsk(asking)) return true;
  return agreed(`${action}: ${connectionLine(connection)}. Go on?`, asking);
}

/** Whether somebody sits at a terminal. */
export function canAsk({ input, output }: Asking): boolean {
  return input.isTTY === true && output.isTTY === true;
}

/** Asks a question. Anything but "y" or "yes" is a no, and so is Ctrl-C. */
export async function agreed(question: string, asking: Asking): Promise<boolean> {
  const lines = createInterface({ input: asking.input, output: asking.output });
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: asking.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    // Ctrl-C.
    return false;
  } finally {
    lines.close();
  }
}
