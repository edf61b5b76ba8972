import type { FindQuery } from "../../driver.ts";
import { matches } from "../../query/evaluate.ts";
import type { OrderTerm } from "../../query/order.ts";
import { equals, type Predicate } from "../../query/predicate.ts";
import { valuesEqual } from "../../values/compare.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import type { ItemKey } from "../layout/keys.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import { readRecord, type StoredRecord } from "../layout/stored-record.ts";
import { pointsOf, type AccessPath, type PointsPath } from "../plan/access-path.ts";
import type { KnownHome } from "../plan/known-homes.ts";
import { bindingsOf } from "../plan/bindings.ts";
import { planAccess } from "../plan/planner.ts";
import { followEntries, partsOf } from "./follow-entries.ts";
import { cutToPage } from "./result-page.ts";
import type { FindOptions } from "./streams.ts";

// A session check reads by key alone.
let listsPart: Promise<typeof import("./lists.ts")> | undefined;
const loadLists = () => (listsPart ??= import("./lists.ts"));

/** The records of a query, filtered, ordered and cut to its page. */
export async function findRecords(
  context: StoreContext,
  layout: ModelLayout,
  query: FindQuery,
  options: FindOptions = {},
): Promise<StoredRecord[]> {
  if (query.take === 0) return [];
  const path = options.path ?? planAccess(layout, query);
  // Related records are lists as well: loaded first, so that their reads begin in one turn and share requests.
  if (query.ahead) await loadLists();
  const records = await recordsOn(context, layout, query, path, options);
  // What is read is often written next, and what is looked up by a key is looked up by it again.
  const points = pointsOf(path);
  const entry = points?.via === "unique" && points.keys.length === 1 ? points.keys[0] : undefined;
  for (const record of records) context.homes.note(record, entry);
  return records;
}

async function recordsOn(
  context: StoreContext,
  layout: ModelLayout,
  query: FindQuery,
  path: AccessPath,
  options: FindOptions,
): Promise<StoredRecord[]> {
  if (path.type === "nothing") return [];
  if (path.type === "scan") {
    const known = await readById(context, layout, query);
    if (known) return cutToPage(layout, query, [known]);
  }
  const points = pointsOf(path);
  const known = points && context.homes.on(layout, points);
  if (!points) {
    announceBound(query, path);
    return (await loadLists()).readList(context, layout, query, path, options);
  }
  if (path.type !== "points" && !known) {
    announceBound(query, path);
    const near = await (await loadLists()).readNear(context, layout, query, path);
    if (near) return cutToPage(layout, query, near);
  }
  if (points.keys.length === 1) announceBound(query, path, known);
  const found = await readPoints(context, layout, query, points, { ...options, known });
  const matching = found.filter(({ values }) => matches(layout.model, query.where, values));
  return cutToPage(layout, query, matching);
}

/** The records at some keys: at their homes, or by their entries. */
async function readPoints(
  context: StoreContext,
  layout: ModelLayout,
  query: FindQuery,
  path: PointsPath,
  { known, onDangling }: FindOptions & { readonly known: KnownHome | undefined },
): Promise<StoredRecord[]> {
  const there =
    known && path.via === "unique" ? await readAt(context, layout, known.key, query.where, path) : undefined;
  if (there) return [there];
  const [first, ...others] = path.keys.map((key) => context.items.get(layout.model.name, layout.table, key));
  const items = others.length === 0 ? [await first] : await Promise.all([first, ...others]);
  const found = items.filter((item) => item !== undefined);
  if (path.via === "home") return found.flatMap((item) => readRecord(layout, item) ?? []);
  if (found.length > 0) query.ahead?.(found.map((entry) => partsOf(layout, entry)));
  const records = await followEntries(context, layout, found);
  found.forEach((entry, i) => records[i] ?? onDangling?.(entry));
  return records.filter((record) => record !== undefined);
}

/** The record that a unique key leads to, if it is still where it was last. */
async function readAt(
  { homes, items }: StoreContext,
  layout: ModelLayout,
  home: ItemKey,
  where: Predicate,
  path: PointsPath,
): Promise<StoredRecord | undefined> {
  const record = readRecord(layout, await items.get(layout.model.name, layout.table, home));
  if (record && isNamed(record, where, path)) return record;
  homes.forget(layout, home);
  return undefined;
}

/** The one record with an id that has no entry, if it is where it was last. */
async function readById(
  { homes, items }: StoreContext,
  layout: ModelLayout,
  { where }: FindQuery,
): Promise<StoredRecord | undefined> {
  const [id, ...others] = bindingsOf(where).get("id") ?? [];
  const known = others.length > 0 || id === undefined ? undefined : homes.find(layout, id);
  const record = known && readRecord(layout, await items.get(layout.model.name, layout.table, known.key));
  return record?.values["id"] === id && record && matches(layout.model, where, record.values) ? record : undefined;
}

/** Whether a record has the unique key that a `where` names: then it is the only one that has. */
function isNamed({ layout, values }: StoredRecord, where: Predicate, { fields }: PointsPath): boolean {
  const bindings = bindingsOf(where);
  return fields.every((field) => valuesEqual(fieldOf(layout, field).kind, values[field], bindings.get(field)?.[0]));
}

/** Tells the reader of relations what the query itself says of all its records, and what is remembered of its one. */
function announceBound(query: FindQuery, path: AccessPath, known?: KnownHome): void {
  if (!query.ahead || path.type === "scan" || path.type === "union") return;
  const parts: RecordValues = { ...known?.placed };
  for (const [field, values] of bindingsOf(query.where)) if (values.length === 1) parts[field] = values[0];
  query.ahead([parts]);
}

/** A query for the first matching record. */
export function firstOf(layout: ModelLayout, where: Predicate): FindQuery {
  return { model: layout.model, where, orderBy: NO_ORDER, skip: 0, take: 1 };
}

/** A query for every matching record. */
export function everyOf(layout: ModelLayout, where: Predicate): FindQuery {
  return { model: layout.model, where, orderBy: NO_ORDER, skip: 0, take: undefined };
}

const NO_ORDER: readonly OrderTerm[] = [];

/** A record as it is now: where it was, or where it has moved. */
export async function reread(
  context: StoreContext,
  { layout, key, values }: StoredRecord,
): Promise<StoredRecord | undefined> {
  const record = readRecord(layout, await context.items.get(layout.model.name, layout.table, key));
  if (record?.values["id"] === values["id"] || layout.livesAtId) return record;
  return (await findRecords(context, layout, firstOf(layout, equals("id", values["id"]))))[0];
}

/** Whether an item is a record that matches. */
export function matchesItem(layout: ModelLayout, where: Predicate, item: Item | undefined): boolean {
  const record = readRecord(layout, item);
  return record !== undefined && matches(layout.model, where, record.values);
}
