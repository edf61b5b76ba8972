import type { DriverHandle, Isolation } from "../driver.ts";
import { invalidOption } from "../errors.ts";

const WEAKEST_FIRST: readonly string[] = ["none", "read committed", "serializable"] satisfies (Isolation | "none")[];

/** Refuses an isolation that there is none of, and one that the driver cannot give: it must not be weaker unnoticed. */
export function checkIsolation({ kind, capabilities }: DriverHandle, isolation: string): void {
  const strength = WEAKEST_FIRST.indexOf(isolation);
  if (strength < 1)
    throw invalidOption(`isolation must be "read committed" or "serializable"; it is "${isolation}".`, "isolation");
  if (isolation === "read committed" || strength <= WEAKEST_FIRST.indexOf(capabilities.transactionIsolation)) return;
  throw invalidOption(
    `isolation: "${isolation}" needs transactions that validate what they have read, and those of this ${kind} ` +
      `driver do not${capabilities.supportsTransactions ? "" : ": its writes are immediate"}.` +
      (kind === "dynamodb" ? ' Give the driver the option transactions: "atomic".' : ""),
    "isolation",
  );
}
