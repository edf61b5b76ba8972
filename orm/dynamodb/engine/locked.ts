import type { Item } from "../layout/attribute-value.ts";

/** The parts of an answer that hold items. */
export interface Answer {
  readonly Item?: Item | undefined;
  readonly Items?: readonly Item[] | undefined;
  readonly Responses?: Readonly<Record<string, readonly Item[]>> | undefined;
}

// The name is that of `layout/lock.ts`, which is loaded where there is a lock.
const isHeld = (item: Item | undefined) => item !== undefined && "_tx" in item;

/** Whether an answer shows an item that is held. */
export function showsLocks({ Item: one, Items = [], Responses = {} }: Answer): boolean {
  return isHeld(one) || Items.some(isHeld) || Object.values(Responses).some((items) => items.some(isHeld));
}
