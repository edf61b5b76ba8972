import { isOrmError } from "../../errors.ts";
import type { Schema } from "../../schema/model.ts";
import { Store, type StoreContext } from "../context.ts";
import type { DynamodbClient } from "../engine/client.ts";
import type { TableNaming } from "../layout/model-layout.ts";
import { storableManifest } from "../layout/storable.ts";
import { schemaTables, type SchemaTable } from "./schema-tables.ts";
import { formatOf, SCHEMA_KEY } from "./storage-format.ts";

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
        const recorded = await context.items.get(model.name, name, SCHEMA_KEY);
        if (recorded) formatOf(recorded, name, model.name);
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
