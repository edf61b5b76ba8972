import type { RecordValues } from "../../values/normalize.ts";
import type { Item } from "../layout/attribute-value.ts";
import { keyText, uniqueKey, type ItemKey } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import type { StoredRecord } from "../layout/stored-record.ts";
import type { PointsPath } from "./access-path.ts";

/** Records remembered: a few hundred bytes each. */
const CAPACITY = 2000;

/** Where a record was when it was read or written last, and what its key fields held. */
export interface KnownHome {
  readonly key: ItemKey;
  readonly placed: RecordValues;
  /** What a guard of its deletion asks for: its birth, and the attributes that place it. */
  readonly item: Item | undefined;
}

/** A record, or one that was just made. */
type Noted = Pick<StoredRecord, "layout" | "key" | "values"> & { readonly item?: Item };

interface Remembered extends KnownHome {
  readonly home: string;
  /** The unique entries that lead to it: that of its id, and those it was looked up by. */
  readonly ways: Set<string>;
}

/**
 * Where records that were read or made lately live, and what they refer to. A read by id or unique key then goes
 * straight to the home, and the reads of what the record refers to begin together with it. All of it only predicts
 * keys: a read checks what it finds, a write's condition names what it is about. A prediction that is out of date
 * shows, and costs a read.
 */
export class KnownHomes {
  /** By the home, the one that was used last at the end. */
  readonly #homes = new Map<string, Remembered>();
  readonly #ways = new Map<string, Remembered>();

  /** Notes a record, and the keys of unique entries that lead to it. */
  note({ layout, key, values, item }: Noted, ...entries: readonly (ItemKey | undefined)[]): void {
    const home = keyText(layout.table, key);
    const placed: RecordValues = { id: values["id"] };
    for (const field of layout.placedFields) placed[field] = values[field];
    const ways = this.#homes.get(home)?.ways ?? new Set();
    const known: Remembered = { key, placed, item: item && guardedPart(layout, item), home, ways };
    if (!layout.livesAtId) this.#lead(layout, idEntry(layout, values["id"]), known);
    for (const entry of entries) this.#lead(layout, entry, known);
    for (const way of known.ways) this.#ways.set(way, known);
    this.#homes.delete(home);
    this.#homes.set(home, known);
    if (this.#homes.size > CAPACITY) this.#drop(this.#homes.values().next().value);
  }

  /** Forgets what was thought to live at a home. */
  forget(layout: ModelLayout, home: ItemKey): void {
    this.#drop(this.#homes.get(keyText(layout.table, home)));
  }

  /** What is known of the record with an id. */
  find(layout: ModelLayout, id: unknown): KnownHome | undefined {
    const entry = idEntry(layout, id);
    return entry && this.#ways.get(keyText(layout.table, entry));
  }

  /** What is known of the one record on a path. */
  on(layout: ModelLayout, { via, keys: [key, ...others] }: PointsPath): KnownHome | undefined {
    if (!key || others.length > 0) return undefined;
    return (via === "home" ? this.#homes : this.#ways).get(keyText(layout.table, key));
  }

  #lead({ table }: ModelLayout, entry: ItemKey | undefined, known: Remembered): void {
    if (!entry) return;
    const way = keyText(table, entry);
    // A value that has passed from another record leads to this one now.
    this.#ways.get(way)?.ways.delete(way);
    known.ways.add(way);
  }

  #drop(known: Remembered | undefined): void {
    if (!known) return;
    this.#homes.delete(known.home);
    for (const way of known.ways) this.#ways.delete(way);
  }
}

function guardedPart({ entryFields, hasEntries, dependents }: ModelLayout, item: Item): Item | undefined {
  // Without entries a conditional DeleteItem is as cheap, and with dependents they have to be looked for.
  if (!hasEntries || dependents.length > 0) return undefined;
  const part: Item = {};
  const copy = (name: string) => {
    const value = item[name];
    if (value) part[name] = value;
  };
  for (const { column } of entryFields) copy(column);
  copy("_born");
  copy("_ettl");
  return part;
}

/** Where an id's entry is, whether the model has such entries or not. */
function idEntry({ model }: ModelLayout, id: unknown): ItemKey | undefined {
  return uniqueKey(model, ["id"], { id });
}
