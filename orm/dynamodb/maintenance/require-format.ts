import { isOrmError } from "../../errors.ts";
import type { Schema } from "../../schema/model.ts";
import { Store, type StoreContext } from "../context.ts";
import type { DynamodbClient } from "../engine/client.ts";
import { knownFormats } from "../engine/table-formats.ts";
import type { Item } from "../layout/attribute-value.ts";
import type { TableNaming } from "../layout/model-layout.ts";
import { storableManifest } from "../layout/storable.ts";
import { formatOf, SCHEMA_KEY } from "../layout/storage-format.ts";
import { schemaTables, type SchemaTable } from "./schema-tables.ts";

/**
 * Throws `STORAGE_FORMAT_UNSUPPORTED` where one of the tables is of a newer release: before a job reads or writes what
 * it would take for something else. One short read for each table; one that is not there is let pass.
 */
export async function requireFormat(
  context: StoreContext,
  tables: readonly SchemaTable[] = schemaTables(context.layouts),
): Promise<void> {
  await Promise.all(
    tables.map(async ({ name, layouts: [{ model }] }) => {
      try {
        noteFormat(context, await context.items.get(model.name, name, SCHEMA_KEY), name, model.name);
      } catch (error) {
        if (!isOrmError(error, "MISSING_TABLE")) throw error;
      }
    }),
  );
}

/** The same, for who has a schema and the names of its tables. */
export async function requireFormatOf({
  schema,
  client,
  table,
  tables,
  tablePrefix,
}: TableNaming & { readonly schema: Schema; readonly client: DynamodbClient }): Promise<void> {
  await requireFormat(new Store({ client, table, tables, tablePrefix }, storableManifest(schema)).job());
}

/**
 * The format that a table's record of its schema tells, where there is one. Throws `STORAGE_FORMAT_UNSUPPORTED` for one
 * that is not known here. What is known here drivers of the same client need not look at.
 */
export function noteFormat(context: StoreContext, recorded: Item | undefined, table: string, model: string): number {
  const { knowledge } = context.sender;
  const known = knowledge && knownFormats(knowledge);
  known?.delete(table);
  const format = formatOf(recorded ?? {}, table, model);
  known?.add(table);
  return format;
}
