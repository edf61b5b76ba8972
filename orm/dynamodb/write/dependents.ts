import { referencedRecord } from "../../errors.ts";
import { allOf, isIn, type Predicate } from "../../query/predicate.ts";
import { valuesEqual } from "../../values/compare.ts";
import type { RecordValues } from "../../values/normalize.ts";
import { requireLayout, type StoreContext } from "../context.ts";
import { fieldOf, type EnforcedReference, type ModelLayout } from "../layout/model-layout.ts";
import type { StoredRecord } from "../layout/stored-record.ts";
import { findPlaced } from "../read/find-placed.ts";
import { everyOf, findRecords } from "../read/find.ts";

/** How many keys one look for dependents takes: each is a Query of its own. */
const KEYS = 100;

/** A record as a look for dependents needs it. */
export interface Row {
  readonly layout: ModelLayout;
  readonly values: RecordValues;
}

/** How dependents are found: in the tables, or as a transaction sees them. To be deleted, `placed` is enough. */
export type FindRows<R extends Row> = (
  layout: ModelLayout,
  where: Predicate,
  need: "placed" | "whole",
) => Promise<readonly R[]>;

/** What becomes of the records that depend on some that are deleted. Each is named once. */
export interface Dependents<R extends Row> {
  /** Those that go, too, each after what it depends on. */
  readonly deleted: readonly R[];
  /** Those that stay and lose a reference, with their new values. */
  readonly released: readonly { readonly row: R; readonly data: RecordValues }[];
  /** The references that keep a record from being deleted, and the records that hold them. */
  readonly kept: readonly { readonly reference: EnforcedReference; readonly row: R }[];
}

/**
 * Looks for everything that depends on some records, along all references: a circle ends where it has been before.
 * Whoever can add dependents makes this longer: they are rows that would be left behind otherwise.
 */
export async function dependentsOf<R extends Row>(
  context: Pick<StoreContext, "layouts">,
  roots: readonly R[],
  find: FindRows<R>,
): Promise<Dependents<R>> {
  const gone = new Map(roots.map((row) => [rowText(row), row]));
  const released = new Map<string, { row: R; data: RecordValues }>();
  const kept: { reference: EnforcedReference; row: R }[] = [];
  let frontier: readonly R[] = roots;
  while (frontier.length > 0) {
    const found = await Promise.all(looksFrom(frontier).map((look) => referring(context, look, find)));
    const next: R[] = [];
    for (const { reference, row } of found.flat()) {
      const text = rowText(row);
      if (gone.has(text)) continue;
      if (reference.onDelete === "restrict" || reference.onDelete === "no action") kept.push({ reference, row });
      else if (reference.onDelete !== "cascade") release(released, reference, row);
      else {
        gone.set(text, row);
        next.push(row);
      }
    }
    frontier = next;
  }
  return {
    deleted: [...gone.values()].slice(roots.length),
    released: [...released].flatMap(([text, change]) => (gone.has(text) ? [] : [change])),
    kept: kept.filter(({ row }) => !gone.has(rowText(row))),
  };
}

/** Throws `FOREIGN_KEY_VIOLATION` where something keeps a record from being deleted. */
export function refuseKept(kept: Dependents<Row>["kept"]): void {
  const [first] = kept;
  if (first) throw stillReferred(first.reference);
}

/** Refuses a change of a key by which others refer to a record. */
export async function refuseChangedKeys(
  context: Pick<StoreContext, "layouts">,
  before: Row,
  after: RecordValues,
  find: FindRows<Row>,
): Promise<void> {
  const { layout, values } = before;
  const changed = layout.dependents.filter(
    ({ key }) => values[key] !== null && !valuesEqual(fieldOf(layout, key).kind, values[key], after[key]),
  );
  if (changed.length === 0) return;
  for (const reference of changed) {
    const rows = await referring(context, { reference, values: [values[reference.key]] }, find);
    // Its own reference moves with it, where it changes that, too.
    const others = rows.filter(({ row }) => rowText(row) !== rowText(before) || isHeld(reference, before, after));
    if (others.length > 0) throw stillReferred(reference);
  }
}

function isHeld(reference: EnforcedReference, { layout, values }: Row, after: RecordValues): boolean {
  return valuesEqual(fieldOf(layout, reference.key).kind, after[reference.field], values[reference.key]);
}

/** Dependents as they are in the tables: as far as their entries tell, where that is enough, or read in any case. */
export function rowsIn(context: StoreContext, read: "enough" | "all" = "enough"): FindRows<StoredRecord> {
  return (layout, where, need) =>
    need === "placed" && read === "enough"
      ? findPlaced(context, layout, where)
      : findRecords(context, layout, everyOf(layout, where));
}

interface Look {
  readonly reference: EnforcedReference;
  readonly values: readonly unknown[];
}

/** The references to look along from some records, and the keys to look for. */
function looksFrom(rows: readonly Row[]): Look[] {
  const layouts = [...new Set(rows.map(({ layout }) => layout))];
  return layouts.flatMap((layout) =>
    layout.dependents.flatMap((reference) => {
      const own = rows.filter((row) => row.layout === layout).map(({ values }) => values[reference.key] ?? null);
      const values = own.filter((value) => value !== null);
      const chunks = Math.ceil(values.length / KEYS);
      return Array.from({ length: chunks }, (_, i) => ({ reference, values: values.slice(i * KEYS, (i + 1) * KEYS) }));
    }),
  );
}

async function referring<R extends Row>(
  context: Pick<StoreContext, "layouts">,
  { reference, values }: Look,
  find: FindRows<R>,
): Promise<{ reference: EnforcedReference; row: R }[]> {
  const layout = requireLayout(context, reference.model);
  const need = reference.onDelete === "cascade" ? "placed" : "whole";
  const rows = await find(layout, allOf([isIn(reference.field, values)]), need);
  return rows.map((row) => ({ reference, row }));
}

function release<R extends Row>(
  released: Map<string, { row: R; data: RecordValues }>,
  reference: EnforcedReference,
  row: R,
): void {
  const text = rowText(row);
  const data = released.get(text)?.data ?? {};
  released.set(text, { row, data: { ...data, [reference.field]: releasedValue(row.layout, reference) } });
}

/** What a reference holds when the record that it led to is gone, and the one that referred to it stays. */
export function releasedValue(layout: ModelLayout, { field, onDelete }: EnforcedReference): unknown {
  return onDelete === "set default" ? defaultOf(layout, field) : null;
}

function defaultOf(layout: ModelLayout, name: string): unknown {
  const { defaultValue } = fieldOf(layout, name);
  const value = typeof defaultValue === "function" ? (defaultValue as () => unknown)() : defaultValue;
  return value ?? null;
}

function stillReferred({ model, field, target, key }: EnforcedReference) {
  return referencedRecord("dynamodb", { model, field, references: `${target}.${key}` });
}

function rowText({ layout, values }: Row): string {
  return `${layout.model.name} ${String(values["id"])}`;
}
