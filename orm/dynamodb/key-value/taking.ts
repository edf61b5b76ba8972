import { Placeholders } from "../engine/expression.ts";
import type { Item } from "../layout/attribute-value.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { keyAttributes } from "../layout/places.ts";
import { contended, MAX_TRIES } from "./counter.ts";
import { liveExpression } from "./counting.ts";
import { expiryAttributes, isLive, newMark, readValue, valueKey, type ValueKey } from "./stored-value.ts";
import type { TableRequests } from "./table-requests.ts";

const DAY_MS = 86_400_000;

/**
 * Removes the value at a key and returns it: of concurrent callers one gets it. The item is not deleted, but marked as
 * taken and made to expire. A request whose answer was lost, and which the SDK sends again, then finds its own mark and
 * what it took; a deleted item would tell it that there was nothing.
 */
export async function takeAt(requests: TableRequests, text: string): Promise<string | number | undefined> {
  const { layout, clock } = requests;
  const key = valueKey(layout, text);
  const mark = newMark();
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const sent = clock.local();
    const input = takeInput(layout, key, mark, clock.earliest(sent));
    const answer = await requests.ask("UpdateItem", key, input, "read");
    if ("output" in answer) {
      const taken = readValue(answer.output.Attributes as Item);
      // It may have been over, for a clock that is behind and that this very answer has put right.
      return isLive(taken, clock.earliest(sent)) ? taken.value : undefined;
    }
    const stored = readValue(answer.found);
    if (stored?.takenBy === mark) return stored.value;
    // One that was refused by a clock which that very answer has put right is asked for again.
    if (!isLive(stored, clock.earliest())) return undefined;
  }
  throw contended(layout.model.name);
}

function takeInput(layout: ModelLayout, key: ValueKey, mark: string, now: number) {
  const placeholders = new Placeholders();
  // A day ago, so that no clock takes it for live.
  const set: Item = { ...expiryAttributes(layout, now - DAY_MS), takenBy: { S: mark } };
  const assignments = Object.entries(set).map(
    ([attribute, value]) => `${placeholders.name(attribute)} = ${placeholders.value(value)}`,
  );
  const version = placeholders.name("_v");
  return {
    TableName: layout.table,
    Key: keyAttributes(key),
    UpdateExpression: `SET ${assignments.join(", ")}, ${version} = ${version} + ${placeholders.value({ N: "1" })}`,
    ConditionExpression: liveExpression(placeholders, now),
    ...placeholders.attributes,
    ReturnValues: "ALL_OLD" as const,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
}
