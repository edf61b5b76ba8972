import type { Item } from "../layout/attribute-value.ts";
import { seenGuard, type Guard, type ItemWrite } from "../layout/item-write.ts";
import { keyText, type ItemKey } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import type { StoredRecord } from "../layout/stored-record.ts";
import type { PointsPath } from "../plan/access-path.ts";
import type { Tracked } from "./unit-of-work.ts";

/**
 * What a serializable transaction has read: the records that its callers got or that decided what they got, and the
 * keys at which there was none.
 */
export class ReadSet {
  readonly #records = new Set<Tracked>();
  readonly #free = new Map<string, ItemWrite>();

  see(records: readonly Tracked[]): void {
    for (const record of records) this.#records.add(record);
  }

  /** Notes a key at which there was no record: nothing, or an entry that leads nowhere. */
  noteFree(layout: ModelLayout, via: PointsPath["via"], key: ItemKey, dangling: Item | undefined): void {
    const place = keyText(layout.table, key);
    if (this.#free.has(place)) return;
    // Whoever takes the value replaces the entry.
    const guard: Guard = dangling ? seenGuard(dangling) : { type: "absent" };
    const kind = via === "home" ? "record" : "unique";
    this.#free.set(place, { layout, kind, fields: [], key, guard, action: "check" });
  }

  /** That all of it is as it was read. What is written is guarded by its write. */
  checks(): ItemWrite[] {
    const unchanged = [...this.#records].flatMap(({ before, changed }) => (before && !changed ? [before] : []));
    return [...unchanged.map(checkOf), ...this.#free.values()];
  }
}

function checkOf({ layout, key, born, version }: StoredRecord): ItemWrite {
  const same = { _born: { S: born }, _v: { N: String(version) } };
  return { layout, kind: "record", fields: [], key, guard: { type: "present", same }, action: "check" };
}
