import { numberText, type AttributeValue, type Item } from "../layout/attribute-value.ts";
import { expirySeconds } from "../layout/expiry.ts";
import { partitionOf, SINGLE, type ItemKey } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { keyAttributes } from "../layout/places.ts";
import { textOf } from "../layout/stored-record.ts";
import { newWriteId } from "../layout/write-ids.ts";

/** The last moment that a date can be stored as. */
const LAST_MOMENT = Date.UTC(9999, 11, 31);

/** A whole number as one writes it: what is set as one can be counted on. */
const WHOLE_NUMBER = /^(?:0|-?[1-9]\d{0,14})$/;

/** What is at a key. */
export interface StoredValue {
  readonly key: string;
  readonly value: string | number;
  /** Epoch milliseconds; undefined: never. */
  readonly expiresAt: number | undefined;
  /** The marks of the writes that were counted last, the oldest first. */
  readonly marks: readonly string[];
  /** How many of the marks are in `recent`: see `counting.ts`. */
  readonly recent: number;
  /** The mark of the call that took it. */
  readonly takenBy: string | undefined;
}

/** The key of an item, its id included: the hash of the key's text, as the layout makes it. */
export interface ValueKey extends ItemKey {
  readonly id: string;
  readonly text: string;
}

/** Where the value of a key is. */
export function valueKey({ model }: ModelLayout, text: string): ValueKey {
  const key = text.toWellFormed();
  const id = partitionOf(model, ["key"], { key })!.slice(`${model.name}|key|`.length);
  return { _pk: partitionOf(model, ["id"], { id })!, _sk: SINGLE, id, text: key };
}

/** What a value is written as. */
export interface NewValue {
  readonly value: string | number;
  /** Epoch milliseconds; undefined: never. */
  readonly expiresAt: number | undefined;
  /** The mark of the write. */
  readonly mark: string;
}

/** The whole item of a new value: a record of its model, without the fields that have no value. */
export function valueItem(layout: ModelLayout, key: ValueKey, { value, expiresAt, mark }: NewValue): Item {
  const number = typeof value === "number" ? value : WHOLE_NUMBER.test(value) ? Number(value) : undefined;
  return {
    ...keyAttributes(key),
    _kind: { S: "record" },
    _model: { S: layout.model.name },
    _born: { S: mark },
    _v: { N: "1" },
    id: { S: key.id },
    key: { S: key.text },
    ...(number === undefined
      ? { value: { S: String(value).toWellFormed() } }
      : { value: { N: numberText(number) }, recent: { L: [{ S: mark }] }, former: { L: [] } }),
    ...(expiresAt === undefined ? {} : expiryAttributes(layout, expiresAt)),
  };
}

/** The attributes that make an item expire. */
export function expiryAttributes(layout: ModelLayout, expiresAt: number): Item {
  const moment = new Date(Math.min(expiresAt, LAST_MOMENT));
  return { expiresAt: momentValue(moment.getTime()), _ttl: { N: String(expirySeconds(layout, moment)) } };
}

/** A moment as it is stored and compared. */
export function momentValue(moment: number): AttributeValue {
  return { S: new Date(moment).toISOString() };
}

/** Reads an item; undefined where it is no value. */
export function readValue(item: Item | undefined): StoredValue | undefined {
  const key = item && textOf(item, "key");
  const value = item?.["value"];
  if (key === undefined || !value) return undefined;
  const recent = textsOf(item["recent"]);
  const expiresAt = textOf(item, "expiresAt");
  return {
    key,
    value: "N" in value ? Number(value.N) : "S" in value ? value.S : "",
    expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt),
    marks: [...textsOf(item["former"]), ...recent],
    recent: recent.length,
    takenBy: textOf(item, "takenBy"),
  };
}

/** Whether a value is there at a moment. */
export function isLive(stored: StoredValue | undefined, now: number): stored is StoredValue {
  return stored !== undefined && (stored.expiresAt === undefined || stored.expiresAt > now);
}

function textsOf(value: AttributeValue | undefined): string[] {
  return value && "L" in value ? value.L.flatMap((element) => ("S" in element ? [element.S] : [])) : [];
}

/** Tells one write from the others that its item remembers: short, since it remembers many. */
export function newMark(): string {
  return newWriteId().slice(-8);
}
