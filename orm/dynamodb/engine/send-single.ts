import type { ItemWrite } from "../layout/item-write.ts";
import { isFromWrite, MARKS } from "../layout/write-ids.ts";
import type { EngineContext, FailedWrite } from "./door.ts";
import { takeLane } from "./marks.ts";
import type { Operations } from "./operations.ts";
import { writeInput } from "./write-requests.ts";

/** Sends one write by itself. Returns it, with the item that was there, where its guard did not hold. */
export async function sendSingle(
  { sender, items, now }: EngineContext,
  write: ItemWrite,
  writeId: string,
): Promise<FailedWrite[]> {
  const { layout, key } = write;
  const operation = write.action === "put" ? "PutItem" : write.action === "delete" ? "DeleteItem" : "UpdateItem";
  const mark = write.action === "update" ? takeLane(layout, key, writeId, now()) : undefined;
  const input = writeInput(marked(write, mark?.lane, writeId), {
    lane: mark?.lane,
    clauses: (placeholders) => (mark && !makesMarks(write) ? [mark.clause(placeholders)] : []),
    conditions: (placeholders) => [mark?.condition(placeholders)],
  });
  let rest = true;
  try {
    const answer = await sender.sendGuarded(
      operation,
      layout.model.name,
      input as Operations[typeof operation][0],
      (item) => isFromWrite(item, writeId),
    );
    rest = answer.repeated;
    if ("output" in answer) return [];
    const existing = answer.item ?? (await items.get(layout.model.name, layout.table, key));
    return existing && isFromWrite(existing, writeId) ? [] : [{ write, existing, repeated: answer.repeated }];
  } finally {
    mark?.release(rest);
  }
}

/** Whether a write gives a record its map of marks: then no further clause can write into it. */
function makesMarks(write: ItemWrite): boolean {
  return write.action === "update" && MARKS in write.set;
}

function marked(write: ItemWrite, lane: string | undefined, writeId: string): ItemWrite {
  if (lane === undefined || write.action !== "update" || !makesMarks(write)) return write;
  return { ...write, set: { ...write.set, [MARKS]: { M: { [lane]: { S: writeId } } } } };
}
