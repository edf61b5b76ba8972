import type { FindQuery } from "../../driver.ts";
import { matches } from "../../query/evaluate.ts";
import { fieldsIn } from "../../query/predicate.ts";
import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { itemKey } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { CARRIES, isComplete, isInShard, mayDangle } from "../layout/places.ts";
import { readRecord, type StoredRecord } from "../layout/stored-record.ts";
import type { AccessPath } from "../plan/access-path.ts";
import { checkScan } from "../plan/scan-policy.ts";
import { followEntries, recordOf } from "./follow-entries.ts";
import { sourcesOf } from "./pages.ts";
import { cutToPage } from "./result-page.ts";
import { readStreams, type Decode, type FindOptions } from "./streams.ts";

/** The records of a list, filtered, ordered and cut to its page. */
export async function readList(
  context: StoreContext,
  layout: ModelLayout,
  query: FindQuery,
  path: AccessPath,
  options: FindOptions,
): Promise<StoredRecord[]> {
  if (path.type === "scan") checkScan(context.scans, layout, query);
  if (entriesDo(layout, query, path, options)) {
    const page = await readByEntries(context, layout, query, path, options);
    if (page) return page;
  }
  return cutToPage(layout, query, await readStreams(context, layout, query, path, options));
}

/** Whether the entries that a path leads to say enough to find a query's page among them. */
function entriesDo(
  layout: ModelLayout,
  { where, orderBy, take }: FindQuery,
  path: AccessPath,
  { forValues }: FindOptions,
): boolean {
  if (path.type !== "partitions" || !path.index || !layout.trueEntries) return false;
  const whole = (forValues ?? false) && path.index.carries;
  if (!whole) {
    if (take === undefined) return false;
    const held = new Set(layout.entryFields.map(({ name }) => name));
    const named = [...fieldsIn(where), ...orderBy.map(({ field }) => field)];
    if (!named.every((name) => held.has(name))) return false;
  }
  return true;
}

/**
 * Finds the page among the entries, and reads only the records of it that the entries do not carry. Undefined where
 * an entry does not tell enough: its record may be gone, or has changed since, or was too large to be carried.
 */
async function readByEntries(
  context: StoreContext,
  layout: ModelLayout,
  query: FindQuery,
  path: AccessPath,
  options: FindOptions,
): Promise<StoredRecord[] | undefined> {
  const carried = (options.forValues ?? false) && path.type === "partitions" && path.index?.carries === true;
  let enough = true;
  const index = path.type === "partitions" ? path.index : undefined;
  const tells = (entry: Item) => !mayDangle(entry) && isComplete(layout, entry) && (!carried || CARRIES in entry);
  const decode: Decode = async (_, entries) => {
    enough &&= entries.every(tells);
    return entries.map((entry) =>
      isInShard(layout, index, entry, itemKey(entry)._pk) ? recordOf(layout, entry) : undefined,
    );
  };
  const page = cutToPage(layout, query, await readStreams(context, layout, query, path, { ...options, decode }));
  if (!enough) return undefined;
  if (page.length > 0) query.ahead?.(page.map(({ values }) => values));
  if (carried) return page;
  const entries = page.map(({ item }) => item);
  const records = (await followEntries(context, layout, entries)).filter((record) => record !== undefined);
  const asFound =
    records.length === page.length && records.every(({ values }) => matches(layout.model, query.where, values));
  return asFound ? records : undefined;
}

/** So many records of a home partition are looked at for one that a unique entry leads to as well. */
const NEAR = 25;

/**
 * The record that a query names by a unique key, among the first of the home partition that it names beside it.
 * Undefined where it may come later: others may have added to the partition.
 */
export async function readNear(
  context: StoreContext,
  layout: ModelLayout,
  query: FindQuery,
  path: AccessPath,
): Promise<StoredRecord[] | undefined> {
  const [source] = sourcesOf(context, layout, query.where, path, true);
  if (!source) return [];
  const items = await source.next(NEAR);
  const records = items.flatMap((item) => readRecord(layout, item) ?? []);
  const matching = records.filter(({ values }) => matches(layout.model, query.where, values));
  return matching.length > 0 || source.exhausted ? matching : undefined;
}
