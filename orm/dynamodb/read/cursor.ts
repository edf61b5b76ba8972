import type { Predicate } from "../../query/predicate.ts";
import { compareText } from "../../values/compare.ts";
import type { StoreContext } from "../context.ts";
import type { AttributeValue, Item } from "../layout/attribute-value.ts";
import type { ItemKey } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { sortKeyBounds, type SortRange } from "../layout/sort-key.ts";
import { readRecord } from "../layout/stored-record.ts";
import type { AccessPath, PartitionsPath, PointsPath } from "../plan/access-path.ts";
import { bindingsOf } from "../plan/bindings.ts";
import { conditionExpression, filterPart } from "../plan/condition.ts";
import { andExpression, Placeholders } from "../plan/expression.ts";

/** Items of one partition, segment or list of keys, page by page. */
export interface Cursor {
  /** What the items are: records, or entries that point to records. */
  readonly yields: "records" | "entries";
  /** Whether nothing is left. */
  readonly exhausted: boolean;
  /** The next page, of at most `limit` items before filtering. */
  next(limit: number | undefined): Promise<Item[]>;
}

/** How many parallel segments a full scan is cut into. */
const SCAN_SEGMENTS = 4;

/** The cursors of a path. A limited scan reads one segment only, so that it can stop early. */
export function cursorsOf(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  path: AccessPath,
  limited: boolean,
): Cursor[] {
  switch (path.type) {
    case "nothing":
      return [];
    case "points":
      return path.keys.length === 0 ? [] : [pointsCursor(context, layout, where, path)];
    case "partitions":
      if (path.range && isEmptyRange(path.range)) return [];
      return path.partitions.map((partition) => queryCursor(context, layout, where, path, partition));
    case "union":
      return path.parts.flatMap((part) => cursorsOf(context, layout, where, part, limited));
    case "scan": {
      const segments = limited ? 1 : SCAN_SEGMENTS;
      return Array.from({ length: segments }, (_, segment) => scanCursor(context, layout, where, segment, segments));
    }
  }
}

function pointsCursor(context: StoreContext, layout: ModelLayout, where: Predicate, path: PointsPath): Cursor {
  const get = (key: ItemKey) => context.items.get(layout.model.name, layout.table, key);
  let yields: Cursor["yields"] = path.via === "home" ? "records" : "entries";
  let exhausted = false;
  return {
    get yields() {
      return yields;
    },
    get exhausted() {
      return exhausted;
    },
    async next() {
      exhausted = true;
      const hinted = path.via === "unique" && path.keys.length === 1 && path.fields.join() === "id" ? await readHinted(context, layout, where) : undefined;
      if (hinted) {
        yields = "records";
        return [hinted];
      }
      const items = await Promise.all(path.keys.map(get));
      return items.filter((item) => item !== undefined);
    },
  };
}

/** The record with the id that a `where` names, if it is still where it was read last. */
async function readHinted(context: StoreContext, layout: ModelLayout, where: Predicate): Promise<Item | undefined> {
  const [id] = bindingsOf(where).get("id") ?? [];
  const hint = context.hints.find(layout, id);
  if (!hint) return undefined;
  const item = await context.items.get(layout.model.name, layout.table, hint.key);
  return readRecord(layout, item)?.values["id"] === id ? item : undefined;
}

type Page = { Items?: Record<string, AttributeValue>[] | undefined; LastEvaluatedKey?: Item | undefined };

/** A cursor over a paged operation. A page may be empty before the end: filters work that way. */
function pagedCursor(yields: Cursor["yields"], read: (start: Item | undefined, limit: number | undefined) => Promise<Page>): Cursor {
  let start: Item | undefined;
  let exhausted = false;
  return {
    yields,
    get exhausted() {
      return exhausted;
    },
    async next(limit) {
      const { Items, LastEvaluatedKey } = await read(start, limit);
      start = LastEvaluatedKey;
      exhausted = start === undefined;
      return Items ?? [];
    },
  };
}

function queryCursor(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  path: PartitionsPath,
  partition: string,
): Cursor {
  const input = queryInput(layout, where, path, partition);
  return pagedCursor(path.via === "home" ? "records" : "entries", async (start, limit) => {
    const output = await context.sender.send("Query", layout.model.name, {
      ...input,
      ConsistentRead: context.consistent,
      ...(limit === undefined ? {} : { Limit: limit }),
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    return output as Page;
  });
}

/** Bounds that cross: DynamoDB refuses to be asked. */
function isEmptyRange(range: SortRange): boolean {
  const { from, to } = sortKeyBounds(range);
  return compareText(from, to) > 0;
}

/** The Query of one partition: key condition, and for records the filter that can be pushed down. */
export function queryInput(layout: ModelLayout, where: Predicate, path: PartitionsPath, partition: string) {
  const placeholders = new Placeholders();
  const bounds = path.range && sortKeyBounds(path.range);
  const condition = andExpression([
    `${placeholders.name("_pk")} = ${placeholders.value({ S: partition })}`,
    bounds &&
      `${placeholders.name("_sk")} BETWEEN ${placeholders.value({ S: bounds.from })} AND ${placeholders.value({ S: bounds.to })}`,
  ]);
  const filter = path.via === "home" ? filterOf(layout, where, placeholders, path.fields) : undefined;
  return {
    TableName: layout.table,
    KeyConditionExpression: condition,
    ...(filter ? { FilterExpression: filter } : {}),
    ...placeholders.attributes,
    ScanIndexForward: !path.backward,
  };
}

/** What of a predicate the engine can filter, without what the partition's own fields say already. */
function filterOf(
  layout: ModelLayout,
  where: Predicate,
  placeholders: Placeholders,
  covered: readonly string[] = [],
): string | undefined {
  const part = filterPart(layout, where);
  if (!part || part.type !== "and") return part && conditionExpression(layout, part, placeholders);
  // A field that is compared twice may contradict itself: then the partition says it of one value only.
  const once = (field: string) => part.items.filter((item) => item.type === "compare" && item.field === field).length === 1;
  const items = part.items.filter(
    (item) => !(item.type === "compare" && item.operator === "eq" && covered.includes(item.field) && once(item.field)),
  );
  return conditionExpression(layout, { type: "and", items }, placeholders);
}

function scanCursor(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  segment: number,
  segments: number,
): Cursor {
  const input = scanInput(layout, where);
  return pagedCursor("records", async (start, limit) => {
    const output = await context.sender.send("Scan", layout.model.name, {
      ...input,
      ConsistentRead: context.consistent,
      ...(segments > 1 ? { Segment: segment, TotalSegments: segments } : {}),
      ...(limit === undefined ? {} : { Limit: limit }),
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    return output as Page;
  });
}

/** The Scan of a model's records: entries and other models share the table. */
export function scanInput(layout: ModelLayout, where: Predicate) {
  const placeholders = new Placeholders();
  const filter = andExpression([
    `${placeholders.name("_kind")} = ${placeholders.value({ S: "record" })}`,
    `${placeholders.name("_model")} = ${placeholders.value({ S: layout.model.name })}`,
    filterOf(layout, where, placeholders),
  ]);
  return { TableName: layout.table, FilterExpression: filter, ...placeholders.attributes };
}
