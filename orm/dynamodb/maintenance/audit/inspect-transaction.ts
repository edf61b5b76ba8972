import type { Item } from "../../layout/attribute-value.ts";
import { itemKey } from "../../layout/keys.ts";
import { numberOf, textOf } from "../../layout/stored-record.ts";
import type { Sighting } from "./finding.ts";

/** A transaction that lives takes seconds: one that has been open for so long has lost its process. */
const OLD_MS = 60_000;

const STATES = new Map([
  ["P", "was not decided"],
  ["C", "was committed, and not all of its items have their new form"],
]);

/** Looks at an item of a transaction of many requests: one that is open for long is a sweep's to end. */
export function inspectTransaction(table: string, item: Item, now: number): Sighting[] {
  const state = STATES.get(textOf(item, "state") ?? "");
  const age = now - (numberOf(item, "_at") ?? now);
  if (state === undefined || age <= OLD_MS) return [];
  const detail = `a transaction of ${Math.round(age / 1000)} seconds ago ${state}: run sweep`;
  return [
    {
      finding: {
        kind: "openTransaction",
        model: undefined,
        table,
        key: itemKey(item),
        detail,
        severity: "harmless",
        age,
      },
      evidence: "",
      subject: { type: "transaction" },
    },
  ];
}
