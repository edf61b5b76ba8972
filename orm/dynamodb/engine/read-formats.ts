import { partsOfSize } from "../../util/packs.ts";
import type { Item } from "../layout/attribute-value.ts";
import { keyAttributes } from "../layout/places.ts";
import { SCHEMA_KEY } from "../layout/storage-format.ts";
import { contention, errorName } from "./aws-errors.ts";
import { BATCH, type Operations } from "./operations.ts";

/** What a look has found so far. */
export interface Found {
  /** Tables that have answered, with their records of their schemas where they have any. */
  readonly recorded: Map<string, Item | undefined>;
  /** Whether a table that may be there did not answer. */
  failed: boolean;
  throttled: boolean;
}

/** Sends a BatchGetItem. */
export type Read = (input: Operations["BatchGetItem"][0]) => Promise<Operations["BatchGetItem"][1]>;

/** Reads the records of the tables' schemas, and notes in `found` what comes. Never throws. */
export async function readFormats(tables: readonly string[], read: Read, found: Found): Promise<void> {
  await Promise.all(partsOfSize(tables, BATCH).map((part) => readPart(part, read, found)));
}

/** The same of tables that one request can name. */
async function readPart(tables: readonly string[], read: Read, found: Found): Promise<void> {
  try {
    // Eventually consistent: a format changes with a release, and the last moment's is not worth twice the price.
    const Keys = [keyAttributes(SCHEMA_KEY)];
    const RequestItems = Object.fromEntries(tables.map((table) => [table, { Keys }]));
    const { Responses = {}, UnprocessedKeys = {} } = await read({ RequestItems });
    for (const table of tables) {
      if (table in UnprocessedKeys) found.failed = true;
      else found.recorded.set(table, Responses[table]?.[0] as Item | undefined);
    }
  } catch (error) {
    const name = errorName(error);
    // A table that is not there, or is none of ours, fails those beside it: the request itself tells what is wrong.
    const isOfTable = name === "ResourceNotFoundException" || name === "ValidationException";
    if (tables.length > 1 && (isOfTable || name === "AccessDeniedException")) {
      await Promise.all(tables.map((table) => readPart([table], read, found)));
      return;
    }
    found.failed ||= !isOfTable;
    found.throttled ||= contention(error) === "throttled";
  }
}
