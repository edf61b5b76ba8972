import { randomUUID } from "node:crypto";
import type { StoreContext } from "../context.ts";
import type { AttributeValue, Item } from "../layout/attribute-value.ts";
import { SINGLE, type ItemKey } from "../layout/keys.ts";
import { keyAttributes } from "../layout/places.ts";
import { textOf } from "../layout/stored-record.ts";
import { isConditionFailure } from "../send/aws-errors.ts";
import type { RecordedModel } from "./schema-change.ts";

/** Where a table keeps what was pushed to it. No model's key begins with the separator. */
export const SCHEMA_KEY: ItemKey = { _pk: "|schema", _sk: SINGLE };

/** Where each segment of a back-fill's scan goes on; `null` when it is through. */
export type Cursors = Readonly<Record<string, Item | null>>;

/** A back-fill that has begun, by this push or by one that was stopped. */
export interface Work {
  /** What it is for. */
  readonly target: string;
  /** Marks what it writes. */
  readonly run: string;
  readonly cursors: Cursors;
}

/** What a table is known to hold. */
export interface SchemaState {
  readonly fingerprint: string;
  readonly models: ReadonlyMap<string, RecordedModel>;
  /** A back-fill that has begun. */
  readonly work: Work | undefined;
  /** The write that made it so. */
  readonly write: string;
}

/** Reads a table's record of its schema. */
export async function readSchemaState(context: StoreContext, table: string, model: string): Promise<SchemaState | undefined> {
  const item = await context.items.get(model, table, SCHEMA_KEY);
  if (!item) return undefined;
  const work = mapOf(item["work"]);
  return {
    fingerprint: textOf(item, "fingerprint") ?? "",
    models: new Map(Object.entries(mapOf(item["models"]) ?? {}).map(([name, value]) => [name, decodeModel(mapOf(value) ?? {})])),
    work: work && { target: textOf(work, "target") ?? "", run: textOf(work, "run") ?? "", cursors: decodeCursors(mapOf(work["cursors"]) ?? {}) },
    write: textOf(item, "_w") ?? "",
  };
}

/** Replaces a table's record of its schema. Undefined where another push has replaced it first. */
export async function writeSchemaState(
  context: StoreContext,
  table: string,
  model: string,
  before: SchemaState | undefined,
  next: Omit<SchemaState, "write">,
): Promise<SchemaState | undefined> {
  const write = randomUUID();
  const item: Item = {
    ...keyAttributes(SCHEMA_KEY),
    _kind: { S: "schema" },
    _w: { S: write },
    fingerprint: { S: next.fingerprint },
    models: { M: Object.fromEntries([...next.models].map(([name, recorded]) => [name, encodeModel(recorded)])) },
    pushedAt: { S: new Date(context.now()).toISOString() },
    ...(next.work ? { work: { M: { target: { S: next.work.target }, run: { S: next.work.run }, cursors: encodeCursors(next.work.cursors) } } } : {}),
  };
  try {
    await context.sender.send("PutItem", model, {
      TableName: table,
      Item: item,
      ...(before
        ? { ConditionExpression: "#w = :w", ExpressionAttributeNames: { "#w": "_w" }, ExpressionAttributeValues: { ":w": { S: before.write } } }
        : { ConditionExpression: "attribute_not_exists(#pk)", ExpressionAttributeNames: { "#pk": "_pk" } }),
    });
    return { ...next, write };
  } catch (error) {
    if (isConditionFailure(error)) return undefined;
    throw error;
  }
}

/** Notes how far a back-fill has come, as long as the table still waits for this one. */
export async function saveCursors(context: StoreContext, table: string, model: string, target: string, cursors: Cursors): Promise<void> {
  try {
    await context.sender.send("UpdateItem", model, {
      TableName: table,
      Key: keyAttributes(SCHEMA_KEY),
      UpdateExpression: "SET #work.#cursors = :cursors",
      ConditionExpression: "#work.#target = :target",
      ExpressionAttributeNames: { "#work": "work", "#cursors": "cursors", "#target": "target" },
      ExpressionAttributeValues: { ":cursors": encodeCursors(cursors), ":target": { S: target } },
    });
  } catch (error) {
    // Another push has finished it, or wants something else by now: the end of this one will tell.
    if (!isConditionFailure(error)) throw error;
  }
}

function encodeModel({ home, expiry, paths, carries, pending, dropped }: RecordedModel): AttributeValue {
  return {
    M: { home: { S: home }, expiry: { S: expiry }, paths: listOf(paths), carries: listOf(carries), pending: listOf(pending), dropped: listOf(dropped) },
  };
}

function decodeModel(map: Item): RecordedModel {
  const texts = (name: string) => {
    const list = map[name];
    return list && "L" in list ? list.L.flatMap((value) => ("S" in value ? [value.S] : [])) : [];
  };
  const [home, expiry] = ["home", "expiry"].map((name) => textOf(map, name) ?? "") as [string, string];
  return { home, expiry, paths: texts("paths"), carries: texts("carries"), pending: texts("pending"), dropped: texts("dropped") };
}

function listOf(texts: readonly string[]): AttributeValue {
  return { L: texts.map((S) => ({ S })) };
}

function mapOf(value: AttributeValue | undefined): Item | undefined {
  return value && "M" in value ? value.M : undefined;
}

function encodeCursors(cursors: Cursors): AttributeValue {
  return { M: Object.fromEntries(Object.entries(cursors).map(([segment, key]) => [segment, key ? { M: key } : { NULL: true as const }])) };
}

function decodeCursors(map: Item): Cursors {
  return Object.fromEntries(Object.entries(map).map(([segment, value]) => [segment, mapOf(value) ?? null]));
}
