import { randomUUID } from "node:crypto";
import type { StoreContext } from "../../context.ts";
import type { AttributeValue, Item } from "../../layout/attribute-value.ts";
import { keyAttributes } from "../../layout/places.ts";
import { SCHEMA_KEY, STORAGE_FORMAT } from "../../layout/storage-format.ts";
import { textOf } from "../../layout/stored-record.ts";
import { isConditionFailure } from "../../engine/aws-errors.ts";
import type { SegmentKeys } from "../scan-segments.ts";
import { noteFormat } from "../require-format.ts";
import type { RecordedModel } from "./schema-change.ts";

/** A back-fill that has begun, by this push or by one that was stopped. */
export interface Work {
  /** What it is for. */
  readonly goal: string;
  /** Marks what it writes. */
  readonly run: string;
  readonly segments: SegmentKeys;
}

/** What a table is known to hold. */
export interface RecordedSchema {
  /** The storage format of the release that pushed last: never a newer one than this release knows. */
  readonly format: number;
  readonly fingerprint: string;
  readonly models: ReadonlyMap<string, RecordedModel>;
  /** A back-fill that has begun. */
  readonly work: Work | undefined;
  /** The write that made it so. */
  readonly write: string;
}

/** Reads a table's record of its schema. Throws `STORAGE_FORMAT_UNSUPPORTED` where a newer release has written it. */
export async function readRecordedSchema(
  context: StoreContext,
  table: string,
  model: string,
): Promise<RecordedSchema | undefined> {
  const item = await context.items.get(model, table, SCHEMA_KEY);
  const format = noteFormat(context, item, table, model);
  if (!item) return undefined;
  const work = mapOf(item["work"]);
  return {
    format,
    fingerprint: textOf(item, "fingerprint") ?? "",
    models: new Map(
      Object.entries(mapOf(item["models"]) ?? {}).map(([name, value]) => [name, decodeModel(mapOf(value) ?? {})]),
    ),
    work: work && {
      goal: textOf(work, "goal") ?? "",
      run: textOf(work, "run") ?? "",
      segments: decodeSegments(mapOf(work["segments"]) ?? {}),
    },
    write: textOf(item, "_w") ?? "",
  };
}

/** Replaces a table's record of its schema. Undefined where another push has replaced it first. */
export async function writeRecordedSchema(
  context: StoreContext,
  table: string,
  model: string,
  before: RecordedSchema | undefined,
  next: Omit<RecordedSchema, "write" | "format">,
): Promise<RecordedSchema | undefined> {
  const write = randomUUID();
  const item: Item = {
    ...keyAttributes(SCHEMA_KEY),
    _kind: { S: "schema" },
    _w: { S: write },
    format: { N: String(STORAGE_FORMAT) },
    fingerprint: { S: next.fingerprint },
    models: { M: Object.fromEntries([...next.models].map(([name, recorded]) => [name, encodeModel(recorded)])) },
    pushedAt: { S: new Date(context.now()).toISOString() },
    ...(next.work
      ? {
          work: {
            M: {
              goal: { S: next.work.goal },
              run: { S: next.work.run },
              segments: encodeSegments(next.work.segments),
            },
          },
        }
      : {}),
  };
  try {
    await context.sender.send("PutItem", model, {
      TableName: table,
      Item: item,
      ...(before
        ? {
            ConditionExpression: "#w = :w",
            ExpressionAttributeNames: { "#w": "_w" },
            ExpressionAttributeValues: { ":w": { S: before.write } },
          }
        : { ConditionExpression: "attribute_not_exists(#pk)", ExpressionAttributeNames: { "#pk": "_pk" } }),
    });
    return { ...next, format: STORAGE_FORMAT, write };
  } catch (error) {
    if (isConditionFailure(error)) return undefined;
    throw error;
  }
}

/** Notes how far a back-fill has come, as long as the table still waits for this one. */
export async function saveSegments(
  context: StoreContext,
  table: string,
  model: string,
  goal: string,
  segments: SegmentKeys,
): Promise<void> {
  try {
    await context.sender.send("UpdateItem", model, {
      TableName: table,
      Key: keyAttributes(SCHEMA_KEY),
      UpdateExpression: "SET #work.#segments = :segments",
      ConditionExpression: "#work.#goal = :goal",
      ExpressionAttributeNames: { "#work": "work", "#segments": "segments", "#goal": "goal" },
      ExpressionAttributeValues: { ":segments": encodeSegments(segments), ":goal": { S: goal } },
    });
  } catch (error) {
    // Another push has finished it, or wants something else by now: the end of this one will tell.
    if (!isConditionFailure(error)) throw error;
  }
}

function encodeModel({ home, expiry, entries, carries, pending, kept }: RecordedModel): AttributeValue {
  return {
    M: {
      home: { S: home },
      expiry: { S: expiry },
      entries: listOf(entries),
      carries: listOf(carries),
      pending: listOf(pending),
      kept: listOf(kept),
    },
  };
}

function decodeModel(map: Item): RecordedModel {
  const texts = (name: string) => {
    const list = map[name];
    return list && "L" in list ? list.L.flatMap((value) => ("S" in value ? [value.S] : [])) : [];
  };
  const [home, expiry] = ["home", "expiry"].map((name) => textOf(map, name) ?? "") as [string, string];
  return {
    home,
    expiry,
    entries: texts("entries"),
    carries: texts("carries"),
    pending: texts("pending"),
    kept: texts("kept"),
  };
}

function listOf(texts: readonly string[]): AttributeValue {
  return { L: texts.map((S) => ({ S })) };
}

function mapOf(value: AttributeValue | undefined): Item | undefined {
  return value && "M" in value ? value.M : undefined;
}

function encodeSegments(segments: SegmentKeys): AttributeValue {
  return {
    M: Object.fromEntries(
      Object.entries(segments).map(([segment, key]) => [segment, key ? { M: key } : { NULL: true as const }]),
    ),
  };
}

function decodeSegments(map: Item): SegmentKeys {
  return Object.fromEntries(Object.entries(map).map(([segment, value]) => [segment, mapOf(value) ?? null]));
}
