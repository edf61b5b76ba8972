import type { FindQuery } from "../../driver.ts";
import { allOf, conjuncts, isEverything, type Predicate } from "../../query/predicate.ts";
import type { IndexManifest } from "../../schema/manifest.ts";
import { knownField } from "../../schema/known.ts";
import { utf8Length } from "../../util/bytes.ts";
import {
  homePartition,
  homeText,
  idText,
  indexText,
  partitionOf,
  shardPartition,
  uniqueKey,
  type ItemKey,
} from "../layout/keys.ts";
import { homeKeyAt } from "../layout/places.ts";
import { cutBound, indexSortKey, isCut, sortValue, type SortRange } from "../layout/sort-key.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { isBounded, type AccessPath, type PartitionsPath, type PointsPath } from "./access-path.ts";
import { bindingsOf, combinations, rangeOn, rangesOf, type Bindings } from "./bindings.ts";

/** Beyond these a scan is cheaper than so many single reads: relations of a page of parents are far below. */
const MAX_POINTS = 10_000;
const MAX_PARTITIONS = 10_000;
const MAX_UNION_PARTS = 50;
/** What one more value by name counts: more than partitions can. */
const BOUND = 200 * MAX_PARTITIONS;

type PlannedQuery = Pick<FindQuery, "where" | "orderBy" | "take" | "after">;

/**
 * The cheapest path to a query's records: single keys, then partitions of an index, then a union
 * of such paths, then a model-wide order, then a scan. What a path does not cover is filtered.
 */
export function planAccess(layout: ModelLayout, query: PlannedQuery): AccessPath {
  const bindings = bindingsOf(query.where);
  if ([...bindings.values()].some((values) => values.length === 0)) return { type: "nothing" };
  const points = planPoints(layout, bindings);
  return (
    (points && (atHomeOf(layout, query, bindings, points) ?? points)) ??
    planPartitions(layout, query, bindings) ??
    planUnion(layout, query) ??
    planModelOrder(layout, query, bindings) ?? { type: "scan" }
  );
}

function planPoints(layout: ModelLayout, bindings: Bindings): PointsPath | undefined {
  const { model } = layout;
  const paths: PointsPath[] = [];
  const atHome = pointKeys(bindings, layout.homeFields, (values) => homeKeyAt(layout, values));
  if (atHome) paths.push({ type: "points", via: "home", fields: layout.homeFields, keys: atHome });
  for (const { fields } of layout.uniqueEntries) {
    const keys = pointKeys(bindings, fields, (values) => uniqueKey(model, fields, values));
    if (keys) paths.push({ type: "points", via: "unique", fields, keys });
  }
  // The home comes first: at the same number of keys it saves the round trip to the entry.
  return paths.sort((a, b) => a.keys.length - b.keys.length)[0];
}

/**
 * The home partition that the values of a unique entry's query name as well: its records are there in one round trip
 * instead of two.
 */
function atHomeOf(
  layout: ModelLayout,
  query: PlannedQuery,
  bindings: Bindings,
  point: PointsPath,
): PartitionsPath | undefined {
  const { home } = layout.model;
  if (point.via === "home" || point.keys.length !== 1 || home.kind === "unique") return undefined;
  const values = combinations(bindings, home.fields, 1);
  const partitions = values?.flatMap((one) => homePartition(layout.model, one) ?? []);
  if (partitions?.length !== 1) return undefined;
  return { ...partitionsPath(layout, query, bindings, undefined, partitions), point };
}

function pointKeys(
  bindings: Bindings,
  fields: readonly string[],
  keyOf: (values: RecordValues) => ItemKey | undefined,
): ItemKey[] | undefined {
  return combinations(bindings, fields, MAX_POINTS)?.flatMap((values) => {
    const key = keyOf(values);
    // A value that cannot be a key is stored nowhere.
    return key === undefined || utf8Length(key._pk) > 2048 ? [] : [key];
  });
}

function planPartitions(layout: ModelLayout, query: PlannedQuery, bindings: Bindings): PartitionsPath | undefined {
  const { model } = layout;
  const candidates: { path: PartitionsPath; score: number }[] = [];
  const consider = (index: IndexManifest | undefined) => {
    const fields = onOf(layout, index);
    const values = combinations(bindings, fields, MAX_PARTITIONS);
    if (!values || fields.length === 0) return;
    const text = index ? indexText(index) : homeText(model.home);
    const keys = values.flatMap((one) => partitionOf(model, fields, one, text) ?? []);
    const path = partitionsPath(layout, query, bindings, index, keys);
    const bound = path.fields.filter((field) => bindings.has(field)).length;
    // More values by name first: a query asks for as much as it names, and a partition by fewer of them is as large as
    // others make it. Then fewer partitions, a range, the asked order, the home.
    const score =
      bound * -BOUND +
      path.partitions.length * 100 -
      (isBounded(path) ? 12 : 0) -
      (path.ordered && query.take !== undefined ? 10 : 0) -
      (index ? 0 : 9);
    candidates.push({ path, score });
  };
  if (model.home.kind === "index") consider(undefined);
  for (const index of layout.indexes) consider(index);
  return candidates.sort((a, b) => a.score - b.score)[0]?.path;
}

/** The fields that make the partitions of an index, or of the home. */
function onOf({ model }: ModelLayout, index: IndexManifest | undefined): readonly string[] {
  return index ? index.on : model.home.fields;
}

function partitionsPath(
  layout: ModelLayout,
  query: PlannedQuery,
  bindings: Bindings,
  index: IndexManifest | undefined,
  keys: readonly string[],
): PartitionsPath {
  const on = onOf(layout, index);
  const [term, ...others] = query.orderBy;
  const { orderBy } = index ?? layout.model.home;
  // Without an order of its own a partition is sorted by the text of the id.
  const own = orderBy ?? (knownField(layout.model, "id").idType === "string" ? "id" : undefined);
  const ordered = others.length === 0 && term !== undefined && term.field === own;
  const backward = ordered && term.direction === "desc";
  const ranges = rangesOn(layout, query, bindings, orderBy, keys.length);
  return {
    type: "partitions",
    via: index ? "index" : "home",
    fields: orderBy === undefined ? on : [...on, orderBy],
    index,
    on,
    partitions: keys.flatMap((key) => ranges.map((range) => ({ key, range }))),
    ordered,
    backward,
    ...(ordered && query.after ? { start: startKey(layout, orderBy, query.after, backward) } : {}),
  };
}

/** What a query wants of so many partitions: the values that it names of their order, or what is within its bounds. */
function rangesOn(
  layout: ModelLayout,
  { where }: PlannedQuery,
  bindings: Bindings,
  orderBy: string | undefined,
  partitions: number,
): readonly (SortRange | undefined)[] {
  if (orderBy === undefined) return [undefined];
  const values = bindings.get(orderBy);
  const named = values && values.length * partitions <= MAX_PARTITIONS;
  return named ? rangesOf(layout, orderBy, values) : [rangeOn(layout, where, orderBy)];
}

/** The sort key of a record in the order of a field, or of ids. */
function startKey(
  layout: ModelLayout,
  orderBy: string | undefined,
  after: RecordValues,
  backward: boolean,
): string | undefined {
  const id = idText(after["id"]);
  if (id === undefined) return undefined;
  if (orderBy === undefined) return id;
  const sort = sortValue(knownField(layout.model, orderBy), after[orderBy]);
  // Records that share a cut value are in order only once all of them are read.
  return isCut(sort) ? cutBound(sort, backward) : indexSortKey(sort, id);
}

/** Each branch of an OR by its own path, where every one has one. */
function planUnion(layout: ModelLayout, query: PlannedQuery): AccessPath | undefined {
  const items = conjuncts(query.where);
  for (const item of items) {
    if (item.type !== "or" || item.items.length === 0 || item.items.length > MAX_UNION_PARTS) continue;
    const others = items.filter((other) => other !== item);
    const parts = item.items.map((branch) => planBranch(layout, allOf([...others, branch])));
    if (parts.every((part) => part.type !== "scan")) return { type: "union", parts };
  }
  return undefined;
}

function planBranch(layout: ModelLayout, where: Predicate): AccessPath {
  return planAccess(layout, { where, orderBy: [], take: undefined });
}

/**
 * A model-wide order: for a range on its field, for the first records in its order, and for all
 * records. Not for what would have to be picked out of all of them: that is a scan, and is told.
 */
function planModelOrder(layout: ModelLayout, query: PlannedQuery, bindings: Bindings): PartitionsPath | undefined {
  for (const index of layout.indexes) {
    if (index.on.length > 0) continue;
    const partitions = Array.from({ length: index.shards }, (_, shard) => shardPartition(layout.model, index, shard));
    const path = partitionsPath(layout, query, bindings, index, partitions);
    const whole = isEverything(query.where) && (path.ordered || query.orderBy.length === 0);
    if (isBounded(path) || whole || (path.ordered && query.take !== undefined)) return path;
  }
  return undefined;
}
