import type { Predicate } from "../../query/predicate.ts";
import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { isExact } from "../plan/condition.ts";
import { planAccess } from "../plan/planner.ts";
import { mapLimit } from "../send/concurrency.ts";
import { collect } from "./collect.ts";
import { queryInput, scanInput } from "./cursor.ts";

const CONCURRENCY = 8;

/**
 * The number of matching records. Where records lie in a partition of their own, or must be
 * scanned, and the engine can evaluate the whole `where`, it counts without sending them.
 */
export async function countRecords(context: StoreContext, layout: ModelLayout, where: Predicate): Promise<number> {
  const query = { model: layout.model, where, orderBy: [], skip: 0, take: undefined };
  const path = planAccess(layout, query);
  const exact = isExact(layout, where);
  if (exact && path.type === "scan") {
    context.scans.check(layout, query);
    return countPages(context, layout, "Scan", scanInput(layout, where));
  }
  if (exact && path.type === "partitions" && path.via === "home") {
    const counts = await mapLimit(path.partitions, CONCURRENCY, (partition) =>
      countPages(context, layout, "Query", queryInput(layout, where, path, partition)),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }
  return (await collect(context, layout, query)).length;
}

async function countPages(
  context: StoreContext,
  layout: ModelLayout,
  operation: "Query" | "Scan",
  input: { TableName: string },
): Promise<number> {
  let count = 0;
  let start: Item | undefined;
  do {
    const output = await context.sender.send(operation, layout.model.name, {
      ...input,
      Select: "COUNT",
      ConsistentRead: context.consistent,
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    count += output.Count ?? 0;
    start = output.LastEvaluatedKey as Item | undefined;
  } while (start);
  return count;
}
