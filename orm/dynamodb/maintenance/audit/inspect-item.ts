import type { StoreContext } from "../../context.ts";
import type { Item } from "../../layout/attribute-value.ts";
import { itemKey, sameKey, type ItemKey } from "../../layout/keys.ts";
import type { ModelLayout } from "../../layout/model-layout.ts";
import { isOfTransaction } from "../../layout/transaction-item.ts";
import { SCHEMA_KEY } from "../../layout/storage-format.ts";
import { readRecord, textOf } from "../../layout/stored-record.ts";
import { isNamed } from "../push/entry-names.ts";
import { entriesNotOf } from "../push/schema-change.ts";
import type { AuditedTable } from "./audited-table.ts";
import type { Sighting } from "./finding.ts";
import { inspectEntry } from "./inspect-entry.ts";
import { inspectRecord } from "./inspect-record.ts";
import { inspectReferences } from "./inspect-references.ts";
import { inspectTransaction } from "./inspect-transaction.ts";
import { isUnreadable } from "./unreadable.ts";

/** Looks at one item of a table: a record with its entries, an entry with its record, or a transaction. */
export async function inspectItem(context: StoreContext, table: AuditedTable, item: Item): Promise<Sighting[]> {
  const key = itemKey(item);
  const kind = textOf(item, "_kind");
  const layout = context.layouts.get(textOf(item, "_model") ?? "");
  if (isOfTransaction(item)) return inspectTransaction(table.name, item, context.now());
  if (sameKey(key, SCHEMA_KEY) || (!layout && isOfAnotherSchema(table, item))) return [];
  if (!layout || layout.table !== table.name || (kind !== "record" && kind !== "unique" && kind !== "index")) {
    return [alone(undefined, table.name, key, "unknownItem", `an item of ${describe(item)}`)];
  }
  if (kind !== "record") return inspectEntry(context, table, layout, item);
  try {
    const record = readRecord(layout, item);
    if (!record) return [];
    return (await Promise.all([inspectReferences(context, record), inspectRecord(context, record)])).flat();
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return [alone(layout, table.name, key, "unreadableRecord", (error as Error).message)];
  }
}

/** Whether an item is of a model that another schema has pushed to the table. Its own audit looks closer. */
function isOfAnotherSchema({ recorded }: AuditedTable, item: Item): boolean {
  const known = recorded.get(textOf(item, "_model") ?? "");
  if (!known) return false;
  return textOf(item, "_kind") === "record" || entriesNotOf(undefined, known).some((name) => isNamed(name, item));
}

function alone(
  layout: ModelLayout | undefined,
  table: string,
  key: ItemKey,
  kind: "unknownItem" | "unreadableRecord",
  detail: string,
): Sighting {
  const severity = kind === "unknownItem" ? "harmless" : "broken";
  return {
    finding: { kind, model: layout?.model.name, table, key, detail, severity },
    evidence: "",
    subject: { type: "none" },
  };
}

function describe(item: Item): string {
  const model = textOf(item, "_model");
  return model === undefined
    ? "no model"
    : `"${model}" (${textOf(item, "_kind") ?? "of no kind"}), which does not belong into this table`;
}
