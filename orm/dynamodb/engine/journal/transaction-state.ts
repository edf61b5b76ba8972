import type { Item } from "../../layout/attribute-value.ts";
import type { ItemKey } from "../../layout/keys.ts";
import { keyAttributes } from "../../layout/places.ts";
import { numberOf, textOf } from "../../layout/stored-record.ts";
import { keptUntil, type TransactionRef, type TransactionState } from "../../layout/transaction-item.ts";
import { isConditionFailure } from "../aws-errors.ts";
import { andExpression, Placeholders, updateExpression } from "../expression.ts";
import type { JournalItem, JournalReads, JournalRequests } from "./journal-requests.ts";
import { chunksOf } from "./release.ts";

/** What a transaction item tells. */
export interface StoredState {
  readonly state: TransactionState;
  /** Counted up by its coordinator while that is alive. */
  readonly beat: number;
}

/** Reads a transaction's state: undefined where it is not known any more. Strongly consistent. */
export async function readState(reads: JournalReads, { table, key }: TransactionRef): Promise<StoredState | undefined> {
  return stateOf(await reads.get(table, key));
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
  /** Whether it holds nothing any more: the keys of what it held go. */
  readonly closes?: boolean;
}

/** The update that makes a step. What is aborted or done is kept for a while, by `_ttl`. */
export function stepInput({ table, key }: TransactionRef, { from, to, beat, closes = false }: Step, now: number) {
  const placeholders = new Placeholders();
  const is = (name: string, value: Item[string]) => `${placeholders.name(name)} = ${placeholders.value(value)}`;
  const ends = from !== to && (to === "A" || to === "D");
  const set: Item = {
    state: { S: to },
    ...(ends ? { _ttl: keptUntil(now) } : {}),
    ...(closes ? { pages: { N: "0" } } : {}),
  };
  return {
    TableName: table,
    Key: keyAttributes(key),
    UpdateExpression: updateExpression(set, closes ? ["keys"] : [], placeholders),
    ConditionExpression: andExpression([
      is("state", { S: from }),
      beat === undefined ? undefined : is("beat", { N: String(beat) }),
    ]),
    ...placeholders.attributes,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
}

/** Makes a step. Returns the state that it is in then: that of the step, or the one that stood in its way. */
export async function takeStep(
  requests: JournalRequests,
  ref: TransactionRef,
  step: Step,
  now: number,
): Promise<TransactionState | undefined> {
  try {
    await requests.send("UpdateItem", stepInput(ref, step, now));
    return step.to;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return (stateOf(error.Item) ?? (await readState(requests, ref)))?.state;
  }
}

/** A transaction that holds nothing any more. */
export interface Ending {
  readonly ref: TransactionRef;
  readonly state: "C" | "A";
  /** Where keys of what it held are. */
  readonly pages: readonly ItemKey[];
}

/** Removes every trace of a transaction whose coordinator knows how it ended. */
export async function removeTransaction(requests: JournalRequests, { ref, state, pages }: Ending, now: number) {
  const head = removalOf(ref.table, ref.key, { state });
  const all = [head, ...pages.map((key) => removalOf(ref.table, key))];
  if (all.length <= requests.together) {
    await requests.write(all);
    return;
  }
  // Whoever finds a part of the keys must not take it for all.
  await closeTransaction(requests, { ref, state, pages }, now);
  await requests.write([removalOf(ref.table, ref.key)]);
}

/**
 * Marks a transaction as one that holds nothing any more; the keys of what it held go. How it ended stays for a while,
 * for a coordinator that was asleep.
 */
export async function closeTransaction(requests: JournalRequests, { ref, state, pages }: Ending, now: number) {
  const step: Step = { from: state, to: state === "C" ? "D" : state, closes: true };
  await requests.write([{ Update: stepInput(ref, step, now) }]);
  await removePages(requests, ref, pages);
}

/** Removes the keys of what a transaction held, where that is marked as one that holds nothing any more. */
export async function removePages(requests: JournalRequests, { table }: TransactionRef, pages: readonly ItemKey[]) {
  for (const part of chunksOf(requests, pages, () => 0)) await requests.write(part.map((key) => removalOf(table, key)));
}

function removalOf(table: string, key: ItemKey, condition?: { readonly state: TransactionState }): JournalItem {
  const input = { TableName: table, Key: keyAttributes(key) };
  if (!condition) return { Delete: input };
  const placeholders = new Placeholders();
  const ConditionExpression = `${placeholders.name("state")} = ${placeholders.value({ S: condition.state })}`;
  return { Delete: { ...input, ConditionExpression, ...placeholders.attributes } };
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
