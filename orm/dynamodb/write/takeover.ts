import { uniqueViolation } from "../../errors.ts";
import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { versionGuard } from "../layout/difference.ts";
import { writeText, type Guard, type ItemWrite } from "../layout/item-write.ts";
import type { ItemKey } from "../layout/keys.ts";
import { referredKey } from "../layout/places.ts";
import { numberOf, readRecord, textOf } from "../layout/stored-record.ts";
import { ownsEntry } from "../read/resolve.ts";
import type { FailedWrite } from "./send-writes.ts";

/** A dangling unique entry that a write may replace, and what proves that it dangles. */
export interface Takeover {
  readonly entry: Item;
  readonly seen: Guard;
  readonly home: ItemKey;
  readonly homeGuard: Guard;
}

/** Without transactions an entry is written before its record: so long it may be about to come. */
export const YOUNG_MS = 10_000;

/** The key that a violation was about. */
export const takenKeys = new WeakMap<Error, string>();

/** Violations by an entry whose record is not there, and may be about to come. */
export const youngViolations = new WeakSet<Error>();

/**
 * Decides about a place that was taken. Throws `UNIQUE_CONSTRAINT_VIOLATION` where a record holds
 * it. Returns how to take over an entry that leads to no record, or undefined where nothing is in the way any more.
 */
export async function examineTaken(context: StoreContext, failed: FailedWrite): Promise<Takeover | undefined> {
  const { write } = failed;
  const { layout } = write;
  const existing = failed.existing ?? (await context.items.get(layout.model.name, layout.table, write.key));
  if (!existing) return undefined;
  // It is this record's by now, as it should be: the write only has to be tried again.
  if (write.guard.type === "ownedOrAbsent" && textOf(existing, "_born") === write.guard.born) return undefined;
  const violation = () => {
    const error = uniqueViolation("dynamodb", layout.model.name, write.fields);
    takenKeys.set(error, writeText(write));
    return error;
  };
  const home = write.kind === "unique" ? referredKey(existing) : undefined;
  if (!home) throw violation();
  const record = readRecord(layout, await context.items.get(layout.model.name, layout.table, home));
  if (record && ownsEntry(layout, record, existing)) throw violation();
  const age = context.now() - (numberOf(existing, "_at") ?? 0);
  if (context.engine.transactions === false && age < YOUNG_MS) {
    const young = violation();
    youngViolations.add(young);
    throw young;
  }
  return {
    entry: existing,
    seen: { type: "seen", born: textOf(existing, "_born") ?? "", write: textOf(existing, "_w") ?? "" },
    home,
    homeGuard: record ? versionGuard(record) : { type: "absent" },
  };
}

/** The writes with take-overs: the entry as it was seen, and the record that is not there asserted. */
export function withTakeovers(writes: readonly ItemWrite[], takeovers: ReadonlyMap<string, Takeover>): ItemWrite[] {
  const written = new Set(writes.map(writeText));
  return writes.flatMap((write): ItemWrite[] => {
    const takeover = takeovers.get(writeText(write));
    if (!takeover) return [write];
    const replaced = { ...write, guard: takeover.seen, was: takeover.entry };
    const check = {
      layout: write.layout,
      kind: "record",
      fields: write.fields,
      key: takeover.home,
      guard: takeover.homeGuard,
      action: "check",
    } as const;
    // DynamoDB takes one action an item: a home that is written here is guarded already.
    if (written.has(writeText(check))) return [replaced];
    written.add(writeText(check));
    return [replaced, check];
  });
}
