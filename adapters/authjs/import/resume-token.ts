import type { ScanPosition } from "../../../orm/dynamodb/import/foreign-table.ts";
import { invalidQuery } from "../../../orm/errors.ts";

/** A position in the scan of a table, as text to keep. */
export function resumeToken(table: string, after: ScanPosition): string {
  return Buffer.from(JSON.stringify({ table, after })).toString("base64url");
}

/** The position of a token. Throws `INVALID_QUERY` for anything else, and for another table's. */
export function positionOf(token: string, table: string): ScanPosition {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    parsed = undefined;
  }
  const { table: from, after } = (parsed ?? {}) as { table?: unknown; after?: ScanPosition };
  if (typeof after !== "object" || after === null) throw invalidQuery("resume is not the token of an import.");
  if (from !== table) throw invalidQuery(`resume is the token of an import from the table "${String(from)}".`);
  return after;
}
