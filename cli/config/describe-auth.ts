import { descriptionOf, type AdapterDescription } from "../../adapters/description.ts";
import { layoutsOf } from "../../orm/dynamodb/layout/model-layout.ts";
import { compileManifest } from "../../orm/schema/compile-manifest.ts";
import { defineSchema, type Model } from "../../orm/schema/model.ts";
import type { FoundConfig } from "./found-config.ts";

/**
 * What the parts of a Better Auth instance say of their tables, those first that name the most models: its database,
 * then its storages. Undefined where none is of this package.
 */
export function describeAuth(parts: readonly unknown[], options: object): FoundConfig | undefined {
  const [first, ...others] = parts.flatMap((part) => descriptionOf(part) ?? []);
  if (!first) return undefined;
  const { client, table, tablePrefix } = first;
  const models: Record<string, Model> = { ...first.schema(options).models };
  const tables: Record<string, string> = { ...first.tables };
  for (const other of others) {
    Object.assign(models, other.schema(options).models);
    // It may have a table of its own.
    Object.assign(tables, tablesOf(other, options));
  }
  const { fields } = first;
  const named = fields && { fields: () => fields(options) };
  return { schema: defineSchema(models), client, table, tablePrefix, tables, ...named };
}

/** The tables of a part, by model. */
function tablesOf(part: AdapterDescription, options: object): Record<string, string> {
  const { table, tables, tablePrefix } = part;
  const layouts = layoutsOf(compileManifest(part.schema(options)), { table, tables, tablePrefix });
  return Object.fromEntries([...layouts].map(([model, layout]) => [model, layout.table]));
}
