import type { StoreContext } from "../context.ts";
import type { Change } from "../layout/difference.ts";
import type { ItemWrite } from "../layout/item-write.ts";

/** Notes where records live that were just made: what is made is often read next. Of many at once, none. */
export function noteWritten(
  { homes }: Pick<StoreContext, "homes">,
  changes: readonly Change[],
  writes: readonly ItemWrite[],
): void {
  for (const { layout, before, after } of changes) {
    if (before || !after || changes.some((other) => other.layout === layout && other.after !== after)) continue;
    const own = writes.filter((write) => write.layout === layout && write.action === "put");
    const home = own.find(({ kind }) => kind === "record");
    if (home?.action !== "put") continue;
    const entries = own.filter(({ kind }) => kind === "unique").map(({ key }) => key);
    homes.note({ layout, key: home.key, values: after, item: home.item }, ...entries);
  }
}
