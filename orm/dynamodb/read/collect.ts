import type { FindQuery } from "../../driver.ts";
import { matches } from "../../query/evaluate.ts";
import { recordOrder } from "../../query/order.ts";
import { conjuncts, type Predicate } from "../../query/predicate.ts";
import { compareText } from "../../values/compare.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { idText } from "../layout/keys.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import { isCut, sortValue } from "../layout/sort-key.ts";
import { readRecord, type StoredRecord } from "../layout/stored-record.ts";
import type { AccessPath } from "../plan/access-path.ts";
import { bindingsOf } from "../plan/bindings.ts";
import { canonicalKey } from "../plan/distinct.ts";
import { planAccess } from "../plan/planner.ts";
import { mapLimit } from "../send/concurrency.ts";
import { cursorsOf, type Cursor } from "./cursor.ts";
import { partsOf, resolveEntries } from "./resolve.ts";

/** Queries of one read under way at once. */
const CONCURRENCY = 16;
/** Items read at a time where a filter may drop some of them. */
const FILTERED_PAGE = 100;

/** A cursor and what came of it so far. */
interface Stream {
  readonly cursor: Cursor;
  readonly found: StoredRecord[];
  /** The position of the last item read: what the cursor has left comes after it. */
  frontier: Position | undefined;
  started: boolean;
}

/** A place in the order of an index. */
interface Position {
  readonly sort: string;
  readonly id: string;
}

/** Listens in on a read. */
export interface CollectOptions {
  /** Told of entries that lead to no record. */
  readonly onDangling?: (entry: Item) => void;
}

/** The records of a query, filtered, ordered and cut to its page. */
export async function collect(
  context: StoreContext,
  layout: ModelLayout,
  query: FindQuery,
  options: CollectOptions = {},
): Promise<StoredRecord[]> {
  if (query.take === 0) return [];
  const path = planAccess(layout, query);
  if (path.type === "scan") context.scans.check(layout, query);
  announceBindings(query, path);
  const need = query.take === undefined ? Infinity : query.skip + query.take;
  const enough = stopRule(layout, query, path, need);
  const limited = enough === "anyOrder" && need < Infinity;
  const streams = cursorsOf(context, layout, query.where, path, limited).map(
    (cursor): Stream => ({ cursor, found: [], frontier: undefined, started: false }),
  );
  const limit = enough === "none" ? undefined : pageLimit(query, path, need);
  for (;;) {
    const wanted = streamsToRead(layout, query, streams, enough, need);
    if (wanted.length === 0) break;
    await advance(context, layout, query, wanted, limit, options);
  }
  const page = cutToPage(layout, query, distinctRecords(streams));
  // What is read is often written next.
  for (const record of page) context.hints.note(record);
  return page;
}

/** When a read may stop before its cursors end. */
type StopRule =
  /** Any records will do. */
  | "anyOrder"
  /** The cursors are in the asked order. */
  | "ordered"
  /** Each cursor is in the asked order, and the page counts for each. */
  | "each"
  | "none";

function stopRule(layout: ModelLayout, query: FindQuery, path: AccessPath, need: number): StopRule {
  if (need === Infinity) return "none";
  const ordered = path.type === "partitions" && path.ordered;
  if (query.per !== undefined) {
    return ordered && path.partitions.length === (bindingsOf(query.where).get(query.per)?.length ?? 0) ? "each" : "none";
  }
  if (query.orderBy.length === 0) return "anyOrder";
  return ordered ? "ordered" : "none";
}

function streamsToRead(
  layout: ModelLayout,
  query: FindQuery,
  streams: readonly Stream[],
  rule: StopRule,
  need: number,
): readonly Stream[] {
  const open = streams.filter(({ cursor }) => !cursor.exhausted);
  switch (rule) {
    case "none":
      return open;
    case "anyOrder":
      return unorderedBehind(streams, need);
    case "each":
      return open.filter(({ found }) => found.length < need || endsInCut(layout, query, found));
    case "ordered":
      return streamsBehind(layout, query, open, streams, need);
  }
}

/**
 * Without an order the streams follow each other: a page counts what is final in that sequence, so
 * that the next page, which reads further, goes on behind it.
 */
function unorderedBehind(streams: readonly Stream[], need: number): readonly Stream[] {
  const first = streams.findIndex(({ cursor }) => !cursor.exhausted);
  if (first === -1) return [];
  if (distinctRecords(streams.slice(0, first + 1)).length >= need) return [];
  const unread = streams.filter(({ cursor, started }) => !cursor.exhausted && !started);
  return unread.length > 0 ? unread : [streams[first]!];
}

/** In an ordered read: the streams that may still hold one of the first `need` records. */
function streamsBehind(
  layout: ModelLayout,
  query: FindQuery,
  open: readonly Stream[],
  streams: readonly Stream[],
  need: number,
): readonly Stream[] {
  const unread = open.filter(({ frontier }) => frontier === undefined);
  if (unread.length > 0 || open.length === 0) return unread;
  const sign = query.orderBy[0]!.direction === "desc" ? -1 : 1;
  const edge = open.map(({ frontier }) => frontier!).sort((a, b) => sign * comparePositions(a, b))[0]!;
  // Before the nearest frontier nothing can turn up any more. Records at a cut sort value are in
  // order among themselves only once all of them are read.
  const final = distinctRecords(streams).filter((record) => {
    const position = positionOf(layout, query, record.values);
    return isCut(edge.sort)
      ? sign * compareText(position.sort, edge.sort) < 0
      : sign * comparePositions(position, edge) <= 0;
  });
  return final.length >= need ? [] : open.filter(({ frontier }) => frontier === edge);
}

function endsInCut(layout: ModelLayout, query: FindQuery, found: readonly StoredRecord[]): boolean {
  return isCut(positionOf(layout, query, found.at(-1)!.values).sort);
}

/** Reads a page of each stream, then the records of all their entries at once. */
async function advance(
  context: StoreContext,
  layout: ModelLayout,
  query: FindQuery,
  streams: readonly Stream[],
  limit: number | undefined,
  options: CollectOptions,
): Promise<void> {
  for (const stream of streams) stream.started = true;
  const pages = await mapLimit(streams, CONCURRENCY, ({ cursor }) => cursor.next(limit));
  const parts = streams.flatMap(({ cursor }, i) =>
    cursor.yields === "entries" ? pages[i]!.map((entry) => partsOf(layout, entry)) : [],
  );
  if (parts.length > 0) query.ahead?.(parts);
  await Promise.all(
    streams.map(async (stream, i) => {
      const items = pages[i]!;
      const records =
        stream.cursor.yields === "records"
          ? items.map((item) => readRecord(layout, item))
          : await resolveEntries(context, layout, items);
      for (const [position, record] of records.entries()) {
        if (!record) options.onDangling?.(items[position]!);
        else if (matches(layout.model, query.where, record.values)) stream.found.push(record);
      }
      const last = items.at(-1);
      if (last && query.orderBy.length > 0) stream.frontier = positionOf(layout, query, partsOf(layout, last));
    }),
  );
}

/** Where values stand in the order of the query's first term. */
function positionOf(layout: ModelLayout, query: FindQuery, values: RecordValues): Position {
  const [term] = query.orderBy;
  const id = idText(values["id"]) ?? "";
  if (!term || (term.field === "id" && layout.model.fields.get("id")!.idType === "string")) return { sort: "", id };
  return { sort: sortValue(fieldOf(layout, term.field), values[term.field]), id };
}

function comparePositions(left: Position, right: Position): number {
  return compareText(left.sort, right.sort) || compareText(left.id, right.id);
}

/** Tells the reader of relations what the query itself says of its one record. */
function announceBindings(query: FindQuery, path: AccessPath): void {
  if (!query.ahead || path.type !== "points" || path.keys.length !== 1) return;
  const known = [...bindingsOf(query.where)].filter(([, values]) => values.length === 1);
  query.ahead([Object.fromEntries(known.map(([field, [value]]) => [field, value]))]);
}

/** How many items a page asks for: just the needed ones where every item of the path matches. */
function pageLimit(query: FindQuery, path: AccessPath, need: number): number {
  const exact = path.type === "partitions" && conjuncts(query.where).every((item) => isCovered(item, path.fields));
  return exact ? need : Math.max(need, FILTERED_PAGE);
}

function isCovered(item: Predicate, fields: readonly string[]): boolean {
  return (
    item.type === "compare" &&
    !item.insensitive &&
    fields.includes(item.field) &&
    ["eq", "in", "gt", "gte", "lt", "lte"].includes(item.operator)
  );
}

/** A union may reach a record twice, and an index entry may be read while it moves. */
function distinctRecords(streams: readonly Stream[]): StoredRecord[] {
  const byId = new Map<string, StoredRecord>();
  for (const { found } of streams) {
    for (const record of found) byId.set(String(record.values["id"]), record);
  }
  return [...byId.values()];
}

/** Orders records and cuts out the page, or a page for each value of `per`. */
export function cutToPage<T extends { readonly values: RecordValues }>(
  layout: ModelLayout,
  query: Pick<FindQuery, "orderBy" | "skip" | "take" | "per">,
  records: readonly T[],
): T[] {
  const order = recordOrder(layout.model, query.orderBy);
  const sorted =
    query.orderBy.length > 0 || query.per !== undefined
      ? [...records].sort((a, b) => order(a.values, b.values))
      : [...records];
  const cut = (list: readonly T[]) =>
    list.slice(query.skip, query.take === undefined ? undefined : query.skip + query.take);
  if (query.per === undefined) return cut(sorted);
  const groups = new Map<string, T[]>();
  for (const record of sorted) {
    const key = canonicalKey(record.values[query.per]);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()].flatMap(cut);
}
