import { fieldsIn, type Predicate } from "../../query/predicate.ts";
import { mapLimit } from "../../util/map-limit.ts";
import type { StoreContext } from "../context.ts";
import { Placeholders } from "../engine/expression.ts";
import type { Item } from "../layout/attribute-value.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import { TX } from "../layout/lock.ts";
import { isInShard, MARKS_OF_DOUBT, mayDangle } from "../layout/places.ts";
import type { Partition, PartitionsPath } from "../plan/access-path.ts";
import { conditionExpression, isExact } from "../plan/condition.ts";
import { planAccess } from "../plan/planner.ts";
import { checkScan } from "../plan/scan-policy.ts";
import { everyOf, findRecords } from "./find.ts";
import { partitionsToAsk, queryInput, scanInput } from "./pages.ts";

const CONCURRENCY = 8;

/**
 * The number of matching records. Where the engine can evaluate the whole `where`, it counts without sending them:
 * records in a partition of their own, or in a scan; and index entries that are true and hold what the `where` names.
 */
export async function countRecords(context: StoreContext, layout: ModelLayout, where: Predicate): Promise<number> {
  const query = everyOf(layout, where);
  const path = planAccess(layout, query);
  const exact = isExact(layout, where);
  if (exact && path.type === "scan") {
    checkScan(context.scans, layout, query);
    const count = await countPages(context, layout, "Scan", scanInput(layout, where));
    if (count !== undefined) return count;
  }
  if (exact && path.type === "partitions") {
    const count = await countPartitions(context, layout, where, path);
    if (count !== undefined) return count;
  }
  return (await findRecords(context, layout, query, { path })).length;
}

/** Undefined where entries have to be followed. */
async function countPartitions(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  path: PartitionsPath,
): Promise<number | undefined> {
  if (path.via === "index" && !areTrue(layout, where)) return undefined;
  const counts = await mapLimit(partitionsToAsk(path), CONCURRENCY, (partition) => {
    return path.via === "home"
      ? countPages(context, layout, "Query", queryInput(layout, where, path, partition))
      : countEntries(context, layout, where, path, partition);
  });
  return counts.reduce<number | undefined>((sum, count) => {
    return sum === undefined || count === undefined ? undefined : sum + count;
  }, 0);
}

/** Whether the entries of a model tell, at any moment, how many of its records match. */
function areTrue(layout: ModelLayout, where: Predicate): boolean {
  const held = new Set(layout.entryFields.map(({ name }) => name));
  return layout.trueEntries && [...fieldsIn(where)].every((name) => held.has(name));
}

interface Input {
  readonly TableName: string;
  readonly ProjectionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
}

/** Undefined where a transaction holds some of them: its decision shows with the items themselves. */
async function countPages(
  context: StoreContext,
  layout: ModelLayout,
  operation: "Query" | "Scan",
  input: Input,
): Promise<number | undefined> {
  let count = 0;
  let enough = true;
  // Of each item only whether it is held: the rest is as good as nothing to send.
  const ExpressionAttributeNames = { ...input.ExpressionAttributeNames, "#held": TX };
  const request = { ...input, ProjectionExpression: "#held", ExpressionAttributeNames };
  await eachPage(context, layout, operation, request, ({ Items = [] }) => {
    count += Items.length;
    enough &&= !Items.some((item) => TX in item);
  });
  return enough ? count : undefined;
}

/** Undefined where an entry's record may be gone, or the entry is from before it held what the `where` names. */
async function countEntries(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  path: PartitionsPath,
  partition: Partition,
): Promise<number | undefined> {
  const placeholders = new Placeholders();
  const input = queryInput(layout, undefined, path, partition, placeholders);
  const filter = entryFilter(layout, where, placeholders);
  const columns = [...new Set([...fieldsIn(where), "id"])].map((name) => fieldOf(layout, name).column);
  const projected = [...MARKS_OF_DOUBT, ...columns].map((name) => placeholders.name(name));
  let count = 0;
  let enough = true;
  const request = {
    ...input,
    ...(filter ? { FilterExpression: filter } : {}),
    ProjectionExpression: projected.join(", "),
    ...placeholders.attributes,
  };
  await eachPage(context, layout, "Query", request, ({ Items = [] }) => {
    for (const item of Items as Item[]) {
      enough &&= !mayDangle(item) && columns.every((name) => name in item);
      if (isInShard(layout, path.index, item, partition.key)) count += 1;
    }
  });
  return enough ? count : undefined;
}

/** Which entries count, and which tell that entries are not enough: what an entry lacks is not null, but not known. */
function entryFilter(layout: ModelLayout, where: Predicate, placeholders: Placeholders): string | undefined {
  const condition = conditionExpression(layout, where, placeholders);
  if (condition === undefined) return undefined;
  const lacks = [...fieldsIn(where)].map((name) => {
    return `attribute_not_exists(${placeholders.name(fieldOf(layout, name).column)})`;
  });
  const doubts = MARKS_OF_DOUBT.map((name) => `attribute_exists(${placeholders.name(name)})`);
  return [condition, ...lacks, ...doubts].join(" OR ");
}

interface Page {
  readonly Items?: readonly object[] | undefined;
}

async function eachPage(
  context: StoreContext,
  layout: ModelLayout,
  operation: "Query" | "Scan",
  input: Input,
  tell: (page: Page) => void,
): Promise<void> {
  let start: Item | undefined;
  do {
    const output = await context.sender.send(operation, layout.model.name, {
      ...input,
      ConsistentRead: context.consistent,
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    tell(output as Page);
    start = output.LastEvaluatedKey as Item | undefined;
  } while (start);
}
