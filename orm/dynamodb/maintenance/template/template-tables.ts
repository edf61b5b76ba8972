import { checkOptions, type OptionsOf } from "../../../options/check-options.ts";
import { flag, schemaOption } from "../../../options/option-kinds.ts";
import type { Schema } from "../../../schema/model.ts";
import { SHARED_OPTIONS } from "../../driver-options.ts";
import { layoutsOf, TABLE_NAMING, type TableNaming } from "../../layout/model-layout.ts";
import { storableManifest } from "../../layout/storable.ts";
import { schemaTables } from "../schema-tables.ts";
import { TABLE_SETTINGS, type TableSettings } from "../push/table-settings.ts";

/** What the templates are made from. */
export interface TemplateOptions extends TableNaming, TableSettings {
  readonly schema: Schema;
  /** Continuous backups. Default in templates: true. */
  readonly pointInTimeRecovery?: boolean | undefined;
  /** Refuse the deletion of the tables. Default in templates: true. */
  readonly deletionProtection?: boolean | undefined;
  /**
   * Let the application scan: for queries of your own that no index serves, and for audit and repair. Default: false.
   */
  readonly allowScan?: boolean | undefined;
}

const TEMPLATE_OPTIONS: OptionsOf<TemplateOptions> = {
  schema: schemaOption(),
  ...TABLE_NAMING,
  ...TABLE_SETTINGS,
  allowScan: flag(),
};

/** One table of a template. */
export interface TemplateTable {
  readonly name: string;
  /** The table's name in letters and digits, unique in the template. */
  readonly id: string;
  readonly models: readonly string[];
  readonly ttl: boolean;
}

/** The tables of a schema. Throws `INVALID_OPTION`, and `INVALID_SCHEMA` for one that the driver would refuse. */
export function templateTables(options: TemplateOptions): TemplateTable[] {
  checkOptions("a template", options, { own: TEMPLATE_OPTIONS, shared: SHARED_OPTIONS });
  const { schema, ...naming } = options;
  const ids = new Set<string>();
  return schemaTables(layoutsOf(storableManifest(schema), naming)).map(({ name, layouts }) => {
    const wanted = pascalCase(name);
    let id = wanted;
    for (let n = 2; ids.has(id); n++) id = `${wanted}${n}`;
    ids.add(id);
    const models = layouts.map(({ model }) => model.name);
    return { name, id, models, ttl: layouts.some(({ model }) => model.expires !== undefined) };
  });
}

function pascalCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const text = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
  return /^[A-Za-z]/.test(text) ? text : `T${text}`;
}

/** The settings of a template's tables: safe where nothing was said. */
export function templateSettings(options: TemplateOptions) {
  const { pointInTimeRecovery = true, deletionProtection = true, tableClass, kmsKeyId, tags = {} } = options;
  return { pointInTimeRecovery, deletionProtection, tableClass, kmsKeyId, tags };
}
