import { compileManifest } from "../../../schema/manifest.ts";
import type { Schema } from "../../../schema/model.ts";
import { layoutsOf, type TableNaming } from "../../layout/model-layout.ts";
import type { TableSettings } from "../table-settings.ts";

/** What the templates are made from. */
export interface TemplateOptions extends TableNaming, TableSettings {
  readonly schema: Schema;
  /** Continuous backups. Default in templates: true. */
  readonly pointInTimeRecovery?: boolean | undefined;
  /** Refuse the deletion of the tables. Default in templates: true. */
  readonly deletionProtection?: boolean | undefined;
  /** Let the application scan: for queries of your own that no index serves, and for audit and repair. Default: false. */
  readonly allowScan?: boolean | undefined;
}

/** One table of a template. */
export interface TemplateTable {
  readonly name: string;
  /** The table's name in letters and digits, unique in the template. */
  readonly id: string;
  readonly models: readonly string[];
  readonly ttl: boolean;
}

/** The tables of a schema. */
export function templateTables({ schema, ...naming }: TemplateOptions): TemplateTable[] {
  const tables = new Map<string, { models: string[]; ttl: boolean }>();
  for (const { table, model } of layoutsOf(compileManifest(schema), naming).values()) {
    const known = tables.get(table) ?? { models: [], ttl: false };
    tables.set(table, { models: [...known.models, model.name], ttl: known.ttl || model.expires !== undefined });
  }
  const ids = new Set<string>();
  return [...tables].map(([name, table]) => {
    const wanted = pascalCase(name);
    let id = wanted;
    for (let n = 2; ids.has(id); n++) id = `${wanted}${n}`;
    ids.add(id);
    return { name, id, ...table };
  });
}

function pascalCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const text = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
  return /^[A-Za-z]/.test(text) ? text : `T${text}`;
}

/** The settings of a template's tables: safe where nothing was said. */
export function templateSettings(options: TemplateOptions) {
  const { pointInTimeRecovery = true, deletionProtection = true, tableClass, kmsKeyId, tags = {} } = options;
  return { pointInTimeRecovery, deletionProtection, tableClass, kmsKeyId, tags };
}
