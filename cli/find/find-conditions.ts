import { columnValue } from "../../adapters/import/column-value.ts";
import type { LibraryField } from "../../adapters/library-fields.ts";
import type { ModelManifest } from "../../orm/schema/manifest.ts";
import { setOwn } from "../../orm/values/json.ts";
import { UsageError } from "../exit-codes.ts";

/** A library's names of a model's fields. */
export type FieldNames = Readonly<Record<string, LibraryField>> | undefined;

/** The `where` of conditions such as `email=ada@example.com`, in the form in which the library stores values. */
export function parseConditions(
  model: ModelManifest,
  names: FieldNames,
  conditions: readonly string[],
): Record<string, unknown> {
  const where: Record<string, unknown> = {};
  for (const condition of conditions) {
    const at = condition.indexOf("=");
    const name = condition.slice(0, Math.max(at, 0));
    const field = model.fields.get(columnOf(names, name));
    if (at < 1 || !field) {
      const known = [...model.fields.keys()].map((column) => nameOf(names, column)).join(", ");
      throw new UsageError(`"${condition}" is not of the form field=value. The fields of ${model.name}: ${known}.`);
    }
    const value = columnValue(field, condition.slice(at + 1));
    const fold = names && Object.hasOwn(names, name) ? names[name]?.fold : undefined;
    setOwn(where, field.name, fold ? fold(value) : value);
  }
  return where;
}

/** The column of a field that is named as the library does, or as it is stored. */
function columnOf(names: FieldNames, name: string): string {
  return (names && Object.hasOwn(names, name) ? names[name]?.column : undefined) ?? name;
}

/** The library's name of a column. */
export function nameOf(names: FieldNames, column: string): string {
  return Object.entries(names ?? {}).find(([, field]) => field.column === column)?.[0] ?? column;
}

/** What a model's records can be found by without reading them all, for people. */
export function waysTo(model: ModelManifest, names: FieldNames): string {
  const ways = [
    ...model.uniques.map(({ fields }) => fields),
    ...(model.home.kind === "index" ? [model.home.fields] : []),
    ...model.indexes.map(({ on }) => on).filter((on) => on.length > 0),
  ].map((fields) => fields.map((field) => nameOf(names, field)).join(" and "));
  return [...new Set(ways)].join("; ");
}
