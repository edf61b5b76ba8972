import { OrmError } from "../../errors.ts";
import type { Item } from "./attribute-value.ts";
import { SINGLE, type ItemKey } from "./keys.ts";

/** Where a table keeps what was pushed to it. No model's key begins with the separator. */
export const SCHEMA_KEY: ItemKey = { _pk: "|schema", _sk: SINGLE };

/**
 * The format of what this release stores, as tables say in their record of the schema. A new number means that an older
 * release would read or write wrongly what a newer one has stored: whoever meets a newer one refuses. What older
 * releases can leave alone needs none. 1 is the layout of 0.1, whose tables say nothing.
 */
export const STORAGE_FORMAT = 2;

/** The format that a table's record of its schema tells. Throws `STORAGE_FORMAT_UNSUPPORTED` for one not known here. */
export function formatOf(recorded: Item, table: string, model: string): number {
  const format = storedFormat(recorded);
  if (Number.isNaN(format))
    throw unsupported(
      `The item "|schema" of the table "${table}" has a "format" that is no whole number from 1 on. Update ` +
        "auth-dynamodb, if a newer release has written it. If it was changed by hand, remove the attribute and push " +
        "again.",
      table,
      model,
    );
  if (format > STORAGE_FORMAT)
    throw unsupported(
      `The table "${table}" has the storage format ${format}, of a newer release. This one of auth-dynamodb knows ` +
        `formats up to ${STORAGE_FORMAT}, and would read or write wrongly what is stored: update the package.`,
      table,
      model,
    );
  return format;
}

/** Whether {@link formatOf} takes the format that a table's record of its schema tells. */
export function isKnownFormat(recorded: Item): boolean {
  return storedFormat(recorded) <= STORAGE_FORMAT;
}

/** A whole number from 1 on, NaN where it is none. */
function storedFormat({ format }: Item): number {
  if (format === undefined) return 1;
  const number = "N" in format ? Number(format.N) : NaN;
  return Number.isSafeInteger(number) && number >= 1 ? number : NaN;
}

function unsupported(message: string, table: string, model: string): OrmError {
  return new OrmError({
    code: "STORAGE_FORMAT_UNSUPPORTED",
    backendKind: "dynamodb",
    message,
    meta: { model, table },
  });
}
