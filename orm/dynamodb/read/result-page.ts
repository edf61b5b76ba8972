import type { FindQuery } from "../../driver.ts";
import { isAfter, recordOrder } from "../../query/order.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { valueText } from "../plan/value-text.ts";

/** Orders records and cuts out the page, or a page for each value of `per`. */
export function cutToPage<T extends { readonly values: RecordValues }>(
  layout: ModelLayout,
  query: Pick<FindQuery, "orderBy" | "skip" | "take" | "after" | "per">,
  all: readonly T[],
): T[] {
  // Most often there is one record, which is its own page.
  if (all.length <= 1 && query.skip === 0 && query.take !== 0 && !query.after) return [...all];
  const records = query.after ? all.filter(({ values }) => isAfter(layout.model, query, values)) : all;
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
    const key = valueText(record.values[query.per]);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()].flatMap(cut);
}
