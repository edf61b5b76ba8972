import { partsOfSize } from "../../../util/packs.ts";
import type { Item } from "../../layout/attribute-value.ts";
import type { ItemKey } from "../../layout/keys.ts";
import { keyAttributes } from "../../layout/places.ts";
import { numberOf, textOf } from "../../layout/stored-record.ts";
import { keptUntil, type TransactionRef, type TransactionState } from "../../layout/transaction-item.ts";
import { isConditionFailure } from "../aws-errors.ts";
import { Placeholders } from "../expression.ts";
import { MAX_TRANSACTION_ITEMS } from "../limits.ts";
import type { RawSend } from "./raw-send.ts";

/** What a transaction item tells. */
export interface StoredState {
  readonly state: TransactionState;
  /** Counted up by its coordinator while that is alive. */
  readonly beat: number;
}

/** Reads a transaction's state: undefined where it is not known any more. Strongly consistent. */
export async function readState(
  send: RawSend,
  model: string,
  { table, key }: TransactionRef,
): Promise<StoredState | undefined> {
  const { Item: item } = await send("GetItem", model, {
    TableName: table,
    Key: keyAttributes(key),
    ConsistentRead: true,
  });
  return stateOf(item as Item | undefined);
}

function stateOf(item: Item | undefined): StoredState | undefined {
  const state = item && textOf(item, "state");
  return item && state ? { state: state as TransactionState, beat: numberOf(item, "beat") ?? 0 } : undefined;
}

/** A step of a transaction from one state to the next. */
export interface Step {
  readonly from: TransactionState;
  readonly to: TransactionState;
  /** The beat that it must still have. */
  readonly beat?: number;
}

/** The update that makes a step. What is aborted or done is kept for a while, by `_ttl`. */
export function stepInput({ table, key }: TransactionRef, { from, to, beat }: Step, now: number) {
  const placeholders = new Placeholders();
  const state = placeholders.name("state");
  const ends = to === "A" || to === "D" ? `, ${placeholders.name("_ttl")} = ${placeholders.value(keptUntil(now))}` : "";
  const alive =
    beat === undefined ? "" : ` AND ${placeholders.name("beat")} = ${placeholders.value({ N: String(beat) })}`;
  return {
    TableName: table,
    Key: keyAttributes(key),
    UpdateExpression: `SET ${state} = ${placeholders.value({ S: to })}${ends}`,
    ConditionExpression: `${state} = ${placeholders.value({ S: from })}${alive}`,
    ...placeholders.attributes,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
}

/** Makes a step. Returns the state that it is in then: that of the step, or the one that stood in its way. */
export async function takeStep(
  send: RawSend,
  model: string,
  ref: TransactionRef,
  step: Step,
  now: number,
): Promise<TransactionState | undefined> {
  try {
    await send("UpdateItem", model, stepInput(ref, step, now));
    return step.to;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return (stateOf(error.Item) ?? (await readState(send, model, ref)))?.state;
  }
}

/**
 * Ends a transaction that holds nothing any more: the keys of what it held go. One that was aborted stays so, for a
 * coordinator that was asleep.
 */
export async function endTransaction(
  send: RawSend,
  model: string,
  {
    ref,
    pages,
    committed,
  }: { readonly ref: TransactionRef; readonly pages: readonly ItemKey[]; readonly committed: boolean },
  now: number,
): Promise<void> {
  if (committed) await takeStep(send, model, ref, { from: "C", to: "D" }, now);
  for (const part of partsOfSize(pages, MAX_TRANSACTION_ITEMS)) {
    const removals = part.map((key) => ({ Delete: { TableName: ref.table, Key: keyAttributes(key) } }));
    await send("TransactWriteItems", model, { TransactItems: removals });
  }
}

/** The sign of life of a pending transaction's coordinator. */
export function beatInput({ table, key }: TransactionRef) {
  return {
    TableName: table,
    Key: keyAttributes(key),
    UpdateExpression: "SET #beat = #beat + :one",
    ConditionExpression: "#state = :pending",
    ExpressionAttributeNames: { "#beat": "beat", "#state": "state" },
    ExpressionAttributeValues: { ":one": { N: "1" }, ":pending": { S: "P" satisfies TransactionState } },
  };
}
