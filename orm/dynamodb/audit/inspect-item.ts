import { isOrmError } from "../../errors.ts";
import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { SCHEMA_KEY } from "../backfill/schema-item.ts";
import type { ItemKey } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { beforePlaces } from "../layout/difference.ts";
import { referredKey } from "../layout/places.ts";
import { numberOf, readRecord, textOf, type StoredRecord } from "../layout/stored-record.ts";
import { ownsEntry } from "../read/resolve.ts";
import type { Finding, Suspicion } from "./finding.ts";
import { inspectRecord, sameKey } from "./inspect-record.ts";

/** Looks at one item of a table: a record with its entries, or an entry with its record. */
export async function inspectItem(context: StoreContext, table: string, item: Item): Promise<Suspicion[]> {
  const key = itemKey(item);
  const kind = textOf(item, "_kind");
  const layout = context.layouts.get(textOf(item, "_model") ?? "");
  if (sameKey(key, SCHEMA_KEY)) return [];
  if (!layout || layout.table !== table || (kind !== "record" && kind !== "unique" && kind !== "index")) {
    return [alone(undefined, table, key, "unknownItem", `an item of ${describe(item)}`)];
  }
  if (kind !== "record") return inspectEntry(context, layout, item);
  try {
    return await inspectRecord(context, readRecord(layout, item)!);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return [alone(layout, table, key, "unreadableRecord", (error as Error).message)];
  }
}

/** The key of an item. */
export function itemKey(item: Item): ItemKey {
  return { _pk: textOf(item, "_pk")!, _sk: textOf(item, "_sk")! };
}

function alone(layout: ModelLayout | undefined, table: string, key: ItemKey, kind: "unknownItem" | "unreadableRecord", detail: string): Suspicion {
  const severity = kind === "unknownItem" ? "harmless" : "broken";
  return { finding: { kind, model: layout?.model.name, table, key, detail, severity }, evidence: "", subject: { type: "none" } };
}

function describe(item: Item): string {
  const model = textOf(item, "_model");
  return model === undefined ? "no model" : `"${model}" (${textOf(item, "_kind") ?? "of no kind"}), which does not belong into this table`;
}

/** An entry whose record is not there, or has other values. What its record's entry should be is the record's matter. */
async function inspectEntry(context: StoreContext, layout: ModelLayout, entry: Item): Promise<Suspicion[]> {
  const home = referredKey(entry);
  const age = context.now() - (numberOf(entry, "_at") ?? 0);
  const of = (facts: Pick<Finding, "kind" | "detail">): Suspicion[] => {
    const { model, table } = layout;
    const finding: Finding = { ...facts, model: model.name, table, key: itemKey(entry), severity: "harmless", age, ...(home ? { recordKey: home } : {}) };
    return [{ finding, evidence: `${textOf(entry, "_born")} ${textOf(entry, "_w")}`, subject: { type: "entry", layout, entry } }];
  };
  if (!home) return of({ kind: "danglingEntry", detail: "it names no record" });
  const stored = await context.items.get(layout.model.name, layout.table, home);
  let record: StoredRecord | undefined;
  try {
    record = readRecord(layout, stored);
    if (record && ownsEntry(layout, record, entry)) return [];
  } catch (error) {
    // The record is a finding of its own.
    if (isUnreadable(error)) return [];
    throw error;
  }
  if (!record) return of({ kind: "danglingEntry", detail: `there is no record at ${home._pk} ${home._sk}` });
  if (isElsewhereInOrder(record, entry)) return of({ kind: "outdatedSortKey", detail: "its record has another place in this order" });
  return of({ kind: "staleEntry", detail: "its record has other values" });
}

function isElsewhereInOrder(record: StoredRecord, entry: Item): boolean {
  const places = beforePlaces({ layout: record.layout, before: record, after: undefined });
  return textOf(entry, "_kind") === "index" && places.some(({ kind, key }) => kind === "index" && key._pk === textOf(entry, "_pk"));
}

/** Whether a stored value cannot be what its field says: a date that is none, a number that is too long. */
function isUnreadable(error: unknown): boolean {
  return error instanceof RangeError || error instanceof SyntaxError || error instanceof TypeError || isOrmError(error, "INVALID_VALUE");
}
