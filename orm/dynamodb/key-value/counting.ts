import { Placeholders } from "../engine/expression.ts";
import type { Item } from "../layout/attribute-value.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { keyAttributes } from "../layout/places.ts";
import { isLive, momentValue, valueItem, type StoredValue, type ValueKey } from "./stored-value.ts";

/**
 * How a counter remembers whom it has counted, so that a request whose answer was lost, and which the SDK sends again,
 * is not counted twice: each write leaves its mark in `recent`. When so many are in it, it becomes `former`, and a new
 * one is begun. A mark is so remembered for as many further writes at least, and the counter stays within one write
 * unit.
 */
const MARKS = 32;

/** One write that may be counted. */
export interface Count {
  readonly key: ValueKey;
  /** Of the write. */
  readonly mark: string;
  /** Counted only while the counter is below it. */
  readonly max: number | undefined;
}

/** `go on`: counts on a counter that is live. `begin`: makes one where there is none, or one that is over. */
export type CountStep = "go on" | "begin";

/** What is to be done about a counter after a write was refused. */
export type Verdict =
  | { readonly done: true; readonly counted: boolean; readonly value: number }
  | { readonly done: false; readonly step: CountStep };

/** The step that a refused write is followed by, from what was there. `now`: at the earliest. */
export function judge(stored: StoredValue | undefined, count: Count, now: number): Verdict {
  const value = Number(stored?.value);
  const position = stored?.marks.indexOf(count.mark) ?? -1;
  if (stored && position >= 0) {
    // The write has landed, its answer was lost: others may have been counted since.
    return { done: true, counted: true, value: value - (stored.marks.length - 1 - position) };
  }
  if (!isLive(stored, now)) return { done: false, step: "begin" };
  if (count.max !== undefined && value >= count.max) return { done: true, counted: false, value };
  return { done: false, step: "go on" };
}

/**
 * Whether the write that has just landed is the one after which the marks are to be turned: one of so many, and one of
 * the next so many where that one did not come to it. Where the maximum keeps them few, none is.
 */
export function isToTurn({ recent }: StoredValue, { max }: Count): boolean {
  return recent % MARKS === 0 && (max === undefined || max > 2 * MARKS);
}

/** The request that counts on a live counter. `now`: at the earliest. */
export function countInput(layout: ModelLayout, count: Count, now: number) {
  const placeholders = new Placeholders();
  const name = (attribute: string) => placeholders.name(attribute);
  const [value, recent, former, version] = [name("value"), name("recent"), name("former"), name("_v")];
  const mark = placeholders.value({ S: count.mark });
  const marks = placeholders.value({ L: [{ S: count.mark }] });
  const one = placeholders.value({ N: "1" });
  const condition = [
    liveExpression(placeholders, now),
    `attribute_exists(${recent})`,
    `NOT contains(${recent}, ${mark})`,
    `NOT contains(${former}, ${mark})`,
    ...(count.max === undefined ? [] : [`${value} < ${placeholders.value({ N: String(count.max) })}`]),
  ];
  const assignments = [
    `${value} = ${value} + ${one}`,
    `${version} = ${version} + ${one}`,
    `${recent} = list_append(${recent}, ${marks})`,
  ];
  return {
    TableName: layout.table,
    Key: keyAttributes(count.key),
    UpdateExpression: `SET ${assignments.join(", ")}`,
    ConditionExpression: condition.join(" AND "),
    ...placeholders.attributes,
    ReturnValues: "ALL_NEW" as const,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
}

/** The request that forgets the older marks, while there are enough newer ones. */
export function turnInput(layout: ModelLayout, { key }: Count) {
  const placeholders = new Placeholders();
  const [recent, former] = [placeholders.name("recent"), placeholders.name("former")];
  return {
    TableName: layout.table,
    Key: keyAttributes(key),
    UpdateExpression: `SET ${former} = ${recent}, ${recent} = ${placeholders.value({ L: [] })}`,
    ConditionExpression: `size(${recent}) >= ${placeholders.value({ N: String(MARKS) })}`,
    ...placeholders.attributes,
  };
}

/** The request that makes a counter, of one. `now`: at the earliest; `expiresAt`: epoch milliseconds. */
export function beginInput(layout: ModelLayout, { key, mark }: Count, now: number, expiresAt: number) {
  const placeholders = new Placeholders();
  const free = `attribute_not_exists(${placeholders.name("_pk")})`;
  const over = `${placeholders.name("expiresAt")} <= ${placeholders.value(momentValue(now))}`;
  const item: Item = valueItem(layout, key, { value: 1, expiresAt, mark });
  return {
    TableName: layout.table,
    Item: item,
    ConditionExpression: `${free} OR ${over}`,
    ...placeholders.attributes,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
}

/** That there is a value, and that it has not expired. */
export function liveExpression(placeholders: Placeholders, now: number): string {
  const expiresAt = placeholders.name("expiresAt");
  const live = `attribute_not_exists(${expiresAt}) OR ${expiresAt} > ${placeholders.value(momentValue(now))}`;
  return `attribute_exists(${placeholders.name("_pk")}) AND (${live})`;
}
