import { uniqueViolation, type OrmError } from "../../errors.ts";
import { requireLayout, type StoreContext } from "../context.ts";
import type { FailedWrite } from "../engine/door.ts";
import type { Item } from "../layout/attribute-value.ts";
import { recordGuard, type Change } from "../layout/difference.ts";
import { seenGuard, writeText, type Guard, type ItemWrite } from "../layout/item-write.ts";
import { uniqueKey, type ItemKey } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { referredKey } from "../layout/places.ts";
import { readRecord, textOf, type StoredRecord } from "../layout/stored-record.ts";
import { ownsEntry } from "../read/follow-entries.ts";

/** That a record is at a home, or is not: asserted with the writes that depend on it. */
interface Assertion {
  readonly layout: ModelLayout;
  readonly key: ItemKey;
  readonly guard: Guard;
}

/** A dangling unique entry that a write may replace, and what proves that it dangles. */
interface Takeover {
  readonly entry: Item;
  readonly home: Assertion;
}

/** A record that should have gone with the one it refers to, and what proves that. */
interface Orphan {
  readonly record: StoredRecord;
  readonly parent: Assertion;
}

/** A place that is another record's. */
export interface TakenPlace {
  readonly violation: OrmError;
  /** The place as text: see `keyText`. */
  readonly place: string;
}

/** What a commit takes over from records that are gone, or that should be. */
export class Takeovers {
  readonly #entries = new Map<string, Takeover>();
  readonly #orphans = new Map<string, Orphan>();

  constructor(
    private readonly context: StoreContext,
    private readonly takesOrphans = true,
  ) {}

  /** Orphans that make room: they go in the same write. */
  get removals(): Change[] {
    return [...this.#orphans.values()].map(({ record }) => ({
      layout: record.layout,
      before: record,
      after: undefined,
      depends: new Set(record.layout.references.map(({ field }) => field)),
    }));
  }

  forgetAll(): void {
    this.#entries.clear();
    this.#orphans.clear();
  }

  /** Decides about a place that was taken. Returns it where a record holds it. */
  async examine(failed: FailedWrite): Promise<TakenPlace | undefined> {
    const text = writeText(failed.write);
    this.#entries.delete(text);
    const found = await examineTaken(this.context, failed);
    if (!found) return undefined;
    if ("violation" in found) return found;
    if ("parent" in found && !this.takesOrphans) return takenPlace(failed.write);
    if ("parent" in found) this.#orphans.set(text, found);
    else this.#entries.set(text, found);
    return undefined;
  }

  /** The writes with what is taken over: the entry as it was seen, and the record that is not there asserted. */
  applyTo(writes: readonly ItemWrite[]): ItemWrite[] {
    const written = new Set(writes.map(writeText));
    const assertions: ItemWrite[] = [];
    const assert = ({ layout, key, guard }: Assertion) => {
      const check: ItemWrite = { layout, kind: "record", fields: [], key, guard, action: "check" };
      const text = writeText(check);
      // DynamoDB takes one action an item: a home that is written here is guarded already.
      if (!written.has(text)) assertions.push(check);
      written.add(text);
    };
    for (const { parent } of this.#orphans.values()) assert(parent);
    const replaced = writes.map((write): ItemWrite => {
      const takeover = this.#entries.get(writeText(write));
      if (!takeover) return write;
      assert(takeover.home);
      return { ...write, guard: seenGuard(takeover.entry), was: takeover.entry };
    });
    return [...replaced, ...assertions];
  }
}

/**
 * Looks at a place that was taken: how to take it over from an entry that leads to no record, or from a record that
 * refers to one that is gone. Undefined where nothing is in the way any more.
 */
export async function examineTaken(
  context: StoreContext,
  { write, existing: seen }: FailedWrite,
): Promise<Takeover | Orphan | TakenPlace | undefined> {
  const { layout } = write;
  const existing = seen ?? (await context.items.get(layout.model.name, layout.table, write.key));
  if (!existing) return undefined;
  // It is this record's by now, as it should be: the write only has to be tried again.
  if (write.guard.type === "ownedOrAbsent" && textOf(existing, "_born") === write.guard.born) return undefined;
  const home = write.kind === "unique" ? referredKey(existing) : undefined;
  const item = home ? await context.items.get(layout.model.name, layout.table, home) : existing;
  const record = readRecord(layout, item);
  if (record && (!home || ownsEntry(layout, record, existing))) {
    const parent = await missingParent(context, record);
    return parent ? { record, parent } : takenPlace(write);
  }
  if (!home) return takenPlace(write);
  const guard: Guard = record ? recordGuard(record) : { type: "absent" };
  return { entry: existing, home: { layout, key: home, guard } };
}

function takenPlace(write: ItemWrite): TakenPlace {
  const violation = uniqueViolation("dynamodb", write.layout.model.name, write.fields);
  return { violation, place: writeText(write) };
}

/** The record that another should have gone with, where it is not there. */
async function missingParent(context: StoreContext, { layout, values }: StoredRecord): Promise<Assertion | undefined> {
  for (const { field, target, key, onDelete } of layout.references) {
    const parent = requireLayout(context, target);
    const { home } = parent.model;
    if (onDelete !== "cascade" || values[field] === null) continue;
    if (home.kind !== "unique" || home.fields.join() !== key) continue;
    const homeKey = uniqueKey(parent.model, home.fields, { [key]: values[field] });
    if (!homeKey) continue;
    if (await context.items.get(target, parent.table, homeKey)) continue;
    return { layout: parent, key: homeKey, guard: { type: "absent" } };
  }
  return undefined;
}
