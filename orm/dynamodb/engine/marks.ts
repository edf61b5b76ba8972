import { keyText, type ItemKey } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { MARK_MS, MARKS, newWriteId } from "../layout/write-ids.ts";
import type { Placeholders } from "./expression.ts";

/**
 * An UpdateItem whose answer is lost is sent again, by the SDK, and must neither happen twice nor be told as refused
 * because it has happened. So it leaves its id on the record, in a lane of the map of marks that nobody else writes to
 * while it is under way: however many others write in between, the lane tells.
 */
export interface Mark {
  readonly lane: string;
  /** The SET clause that leaves it. */
  clause(placeholders: Placeholders): string;
  /** That it is not there yet. */
  condition(placeholders: Placeholders): string;
  /** Gives the lane back. One that may have a late copy of its request under way rests until no copy can come. */
  release(rest: boolean): void;
}

/** Lanes of this process, told from those of others by a name that it gives itself. */
const PROCESS = newWriteId().slice(-8);

/** By record: the lanes in use, with the time (epoch milliseconds) from which each is free again. */
const lanes = new Map<string, Map<number, number>>();

/** Records with resting lanes beyond which those that have rested are looked for. */
const MANY = 1000;

/** Takes a lane for a write to a record's home. */
export function takeLane(layout: ModelLayout, key: ItemKey, writeId: string, now: number): Mark {
  const text = keyText(layout.table, key);
  const taken = lanes.get(text) ?? new Map<number, number>();
  lanes.set(text, taken);
  let number = 0;
  while ((taken.get(number) ?? 0) > now) number++;
  taken.set(number, Number.POSITIVE_INFINITY);
  const lane = `${PROCESS}${number.toString(36)}`;
  const path = (placeholders: Placeholders) => `${placeholders.name(MARKS)}.${placeholders.name(lane)}`;
  return {
    lane,
    clause: (placeholders) => `${path(placeholders)} = ${placeholders.value({ S: writeId })}`,
    condition: (placeholders) => `${path(placeholders)} <> ${placeholders.value({ S: writeId })}`,
    release: (rest) => {
      if (rest) taken.set(number, now + MARK_MS);
      else taken.delete(number);
      if (taken.size === 0) lanes.delete(text);
      if (lanes.size > MANY) forgetRested(now);
    },
  };
}

function forgetRested(now: number): void {
  for (const [text, taken] of lanes) {
    for (const [number, free] of taken) if (free <= now) taken.delete(number);
    if (taken.size === 0) lanes.delete(text);
  }
}
