import { invalidSchema } from "../../errors.ts";
import type { OptionsOf } from "../../options/check-options.ts";
import { text, textByName } from "../../options/option-kinds.ts";
import type { FieldManifest, IndexManifest, Manifest, ModelManifest, UniqueKey } from "../../schema/manifest.ts";
import { sameFields } from "../../schema/same-fields.ts";
import type { OnDelete } from "../../schema/fields.ts";
import { homeFields, knownField } from "../../schema/known.ts";
import { checkColumns } from "./reserved.ts";

/** A model with its place in the tables: what the rest of the layout is computed from. */
export interface ModelLayout {
  readonly model: ModelManifest;
  readonly table: string;
  /** The unique keys that have entries: all but the home. */
  readonly uniqueEntries: readonly UniqueKey[];
  readonly indexes: readonly IndexManifest[];
  /** Every field that decides where a record lives. */
  readonly homeFields: readonly string[];
  /** Whether a record's id is its home's key. */
  readonly livesAtId: boolean;
  /** Whether a record has any entry. */
  readonly hasEntries: boolean;
  /**
   * Whether index entries are written, and go, together with their record in any case: then they can be counted and
   * listed without a look at each record. Not where records expire: their entries outlive them.
   */
  readonly trueEntries: boolean;
  /** Whether an index carries the record: then every change of one changes an entry. */
  readonly carries: boolean;
  /** Fields whose change changes the record's places: key fields, and the foreign keys that the entries hold. */
  readonly placedFields: ReadonlySet<string>;
  /** What entries hold: the id, and the placed fields. */
  readonly entryFields: readonly FieldManifest[];
  /** The foreign keys of this model: entries carry them, to read related records with the record itself. */
  readonly foreignKeys: readonly string[];
  /** References of this model that are enforced. */
  readonly references: readonly EnforcedReference[];
  /** What refers to this model's records, and is to be looked at when one is deleted. */
  readonly dependents: readonly EnforcedReference[];
  /** Whether records carry a mark of those who refer to them: a delete, or a change of their key, depends on it. */
  readonly keepsReferenced: boolean;
}

/** A reference whose `onDelete` is given. */
export interface EnforcedReference {
  /** The referring model and field. */
  readonly model: string;
  readonly field: string;
  /** What it refers to: a unique key of the target. */
  readonly target: string;
  readonly key: string;
  readonly onDelete: OnDelete;
}

/** How models are given tables. */
export interface TableNaming {
  /** One table for all models. */
  readonly table?: string | undefined;
  /** Tables by model name; several models may share one. */
  readonly tables?: Readonly<Record<string, string>> | undefined;
  /** Put before the schema's own table names; those that `tables` gives are taken as they are. Not with `table`. */
  readonly tablePrefix?: string | undefined;
}

/** The same, as they are checked. */
export const TABLE_NAMING: OptionsOf<TableNaming> = { table: text(), tables: textByName(), tablePrefix: text() };

/** DynamoDB's rule for table names. */
const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;

/**
 * Lays out every model of a schema. Throws `INVALID_SCHEMA` for a name that DynamoDB refuses or the layout uses itself,
 * and for names that contradict.
 */
export function layoutsOf(manifest: Manifest, naming: TableNaming): Map<string, ModelLayout> {
  if (naming.table !== undefined && naming.tablePrefix) {
    throw invalidSchema(
      `Both table ("${naming.table}") and tablePrefix ("${naming.tablePrefix}") are given: one table's name takes ` +
        "no prefix. Leave one out.",
    );
  }
  for (const model of Object.keys(naming.tables ?? {})) {
    if (!manifest.models.has(model)) {
      throw invalidSchema(
        `tables names the unknown model "${model}". There are ${[...manifest.models.keys()].join(", ")}.`,
        model,
      );
    }
  }
  const layouts = new Map<string, ModelLayout>();
  for (const model of manifest.models.values()) {
    checkColumns(model);
    layouts.set(model.name, layoutOf(model, tableOf(model, naming)));
  }
  return layouts;
}

function tableOf(model: ModelManifest, naming: TableNaming): string {
  const own = naming.tables && Object.hasOwn(naming.tables, model.name) ? naming.tables[model.name] : undefined;
  const table = own ?? naming.table ?? `${naming.tablePrefix ?? ""}${model.table}`;
  if (!TABLE_NAME.test(table)) {
    throw invalidSchema(
      `"${table}" of model "${model.name}" is no DynamoDB table name: 3 to 255 letters, digits, "_", "-" or ".".`,
      model.name,
    );
  }
  return table;
}

function referencesOf(model: ModelManifest): EnforcedReference[] {
  return [...model.fields.values()].flatMap(({ name, references }) => {
    if (references?.onDelete === undefined) return [];
    const { model: target, field: key, onDelete } = references;
    return [{ model: model.name, field: name, target, key, onDelete }];
  });
}

function dependentsOf(model: ModelManifest): EnforcedReference[] {
  return model.referrers.map(({ to, ...referrer }) => ({ ...referrer, target: model.name, key: to }));
}

/**
 * Whether whoever refers to a record leaves a mark on it: where the record must stay then, or its key, which is not its
 * id, must not change.
 */
export function leavesMark({ key, onDelete }: EnforcedReference): boolean {
  return onDelete === "restrict" || onDelete === "no action" || key !== "id";
}

function layoutOf(model: ModelManifest, table: string): ModelLayout {
  const uniqueEntries = model.uniques.filter(
    ({ fields }) => !sameFields(fields, model.home.fields) && (model.idEntry || !sameFields(fields, ["id"])),
  );
  const foreignKeys = [...model.fields.values()].filter((field) => field.references).map((field) => field.name);
  const hasEntries = uniqueEntries.length + model.indexes.length > 0;
  const placedFields = new Set([
    ...model.home.fields,
    ...(model.home.orderBy === undefined ? [] : [model.home.orderBy]),
    ...uniqueEntries.flatMap((key) => key.fields),
    ...model.indexes.flatMap((index) => (index.orderBy === undefined ? index.on : [...index.on, index.orderBy])),
    ...(hasEntries ? foreignKeys : []),
  ]);
  const dependents = dependentsOf(model);
  return {
    model,
    table,
    uniqueEntries,
    indexes: model.indexes,
    homeFields: homeFields(model),
    livesAtId: sameFields(model.home.fields, ["id"]),
    hasEntries,
    trueEntries: model.indexes.length > 0 && !model.expires,
    carries: model.indexes.some(({ carries }) => carries),
    placedFields,
    entryFields: [...new Set(["id", ...placedFields])].map((name) => knownField(model, name)),
    foreignKeys,
    references: referencesOf(model),
    dependents,
    keepsReferenced: dependents.some(leavesMark),
  };
}

/** A field of a layout's model that is known to exist. */
export function fieldOf(layout: ModelLayout, name: string): FieldManifest {
  return knownField(layout.model, name);
}
