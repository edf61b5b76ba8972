import { knownField } from "../../schema/known.ts";
import type { FindQuery } from "../../driver.ts";
import { matches } from "../../query/evaluate.ts";
import { isAfter } from "../../query/order.ts";
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
import { mapLimit } from "../../util/map-limit.ts";
import { sourcesOf, type Source } from "./pages.ts";
import { partsOf, followEntries } from "./follow-entries.ts";

/** Queries of one read under way at once. */
const CONCURRENCY = 16;
/** So many are read of every shard, for a page in one round. */
const FEW = 50;
/** Items read at a time where a filter may drop some of them. */
const FILTERED_PAGE = 100;

/** A source of items and what came of it so far. */
interface Stream {
  readonly source: Source;
  readonly found: StoredRecord[];
  /** The position of the last item read: what the source has left comes after it. */
  frontier: IndexPosition | undefined;
  started: boolean;
}

/** A place in the order of an index. */
interface IndexPosition {
  readonly sort: string;
  readonly id: string;
}

/** What a reader has beside its query. */
export interface FindOptions {
  /** The query's plan, where it is made already. */
  readonly path?: AccessPath;
  /** Told of entries that lead to no record. */
  readonly onDangling?: (entry: Item) => void;
  /** Whether records are wanted for their values alone: then what an entry carries will do. */
  readonly forValues?: boolean;
}

/** What becomes of a page of items. */
export type Decode = (source: Source, items: readonly Item[]) => Promise<readonly (StoredRecord | undefined)[]>;

/**
 * The records of the partitions, or of the table, that a path leads to: as many as its page needs. Entries are
 * followed to their records, unless the caller decodes them in another way.
 */
export async function readStreams(
  context: StoreContext,
  layout: ModelLayout,
  query: FindQuery,
  path: AccessPath,
  options: FindOptions & { readonly decode?: Decode },
): Promise<StoredRecord[]> {
  const need = query.take === undefined ? Infinity : query.skip + query.take;
  const enough = stopRule(layout, query, path, need);
  const limited = enough === "anyOrder" && need < Infinity;
  const streams = sourcesOf(context, layout, query.where, path, limited).map((source): Stream => ({
    source,
    found: [],
    frontier: undefined,
    started: false,
  }));
  // A page that goes on from a record meets that record first.
  const limit = enough === "none" ? undefined : pageLimit(query, path, query.after ? need + 1 : need, enough);
  for (;;) {
    const wanted = streamsToRead(layout, query, streams, enough, need);
    if (wanted.length === 0) return distinctRecords(streams);
    await advance(context, layout, query, wanted, { ...options, limit });
  }
}

/** A union may reach a record twice, and an index entry may be read while it moves. */
function distinctRecords(streams: readonly Stream[]): StoredRecord[] {
  const byId = new Map<string, StoredRecord>();
  for (const { found } of streams) {
    for (const record of found) byId.set(String(record.values["id"]), record);
  }
  return [...byId.values()];
}

/** When a read may stop before its sources end. */
type StopRule =
  /** Any records will do. */
  | "anyOrder"
  /** The sources are in the asked order. */
  | "ordered"
  /** Each source is in the asked order, and the page counts for each. */
  | "each"
  | "none";

function stopRule(layout: ModelLayout, query: FindQuery, path: AccessPath, need: number): StopRule {
  if (need === Infinity) return "none";
  const ordered = path.type === "partitions" && path.ordered;
  if (query.per !== undefined) {
    return ordered && path.partitions.length === (bindingsOf(query.where).get(query.per)?.length ?? 0)
      ? "each"
      : "none";
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
  const open = streams.filter(({ source }) => !source.exhausted);
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
  const first = streams.findIndex(({ source }) => !source.exhausted);
  if (first === -1) return [];
  if (distinctRecords(streams.slice(0, first + 1)).length >= need) return [];
  const unread = streams.filter(({ source, started }) => !source.exhausted && !started);
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
  page: Pick<FindOptions, "onDangling"> & { readonly limit: number | undefined; readonly decode?: Decode },
): Promise<void> {
  for (const stream of streams) stream.started = true;
  const pages = await mapLimit(streams, CONCURRENCY, ({ source }) => source.next(page.limit));
  const follow: Decode = async (source, items) =>
    source.yields === "records" ? items.map((item) => readRecord(layout, item)) : followEntries(context, layout, items);
  const decode = page.decode ?? follow;
  if (query.ahead && !page.decode) {
    const parts = streams.flatMap(({ source }, i) =>
      source.yields === "entries" ? (pages[i] ?? []).map((entry) => partsOf(layout, entry)) : [],
    );
    if (parts.length > 0) query.ahead(parts);
  }
  await Promise.all(
    streams.map(async (stream, i) => {
      const items = pages[i] ?? [];
      const records = await decode(stream.source, items);
      for (const [position, item] of items.entries()) {
        const record = records[position];
        if (!record) page.onDangling?.(item);
        else if (isWanted(layout, query, record.values)) stream.found.push(record);
      }
      const last = items.at(-1);
      if (last && query.orderBy.length > 0) stream.frontier = positionOf(layout, query, partsOf(layout, last));
    }),
  );
}

function isWanted({ model }: ModelLayout, query: FindQuery, values: RecordValues): boolean {
  return matches(model, query.where, values) && isAfter(model, query, values);
}

/** Where values stand in the order of the query's first term. */
function positionOf(layout: ModelLayout, query: FindQuery, values: RecordValues): IndexPosition {
  const [term] = query.orderBy;
  const id = idText(values["id"]) ?? "";
  if (!term || (term.field === "id" && knownField(layout.model, "id").idType === "string")) return { sort: "", id };
  return { sort: sortValue(fieldOf(layout, term.field), values[term.field]), id };
}

function comparePositions(left: IndexPosition, right: IndexPosition): number {
  return compareText(left.sort, right.sort) || compareText(left.id, right.id);
}

/** How many items a page asks for: just the needed ones where every item of the path matches. */
function pageLimit(query: FindQuery, path: AccessPath, need: number, rule: StopRule): number {
  const exact = path.type === "partitions" && conjuncts(query.where).every((item) => isCovered(item, path.fields));
  if (!exact) return Math.max(need, FILTERED_PAGE);
  return rule === "ordered" && need > FEW ? shareOf(need, path.partitions.length) : need;
}

/**
 * Far down an order that is spread over shards: each shard's share of it, and twice its deviation more, so that most
 * pages are found in one round.
 */
function shareOf(need: number, shards: number): number {
  const share = need / shards;
  return Math.min(need, Math.ceil(share + 2 * Math.sqrt(share)));
}

function isCovered(item: Predicate, fields: readonly string[]): boolean {
  return (
    item.type === "compare" &&
    !item.insensitive &&
    fields.includes(item.field) &&
    ["eq", "in", "gt", "gte", "lt", "lte"].includes(item.operator)
  );
}
