import { invalidSchema } from "../../errors.ts";
import type { ModelManifest } from "../../schema/manifest.ts";

/** The attributes that the layout keeps beside a record's columns, the names set aside for it included. */
const RESERVED_ATTRIBUTES: readonly string[] = [
  "_pk",
  "_sk",
  // Expiry.
  "_ttl",
  "_ttl0",
  "_ettl",
  // What an item is.
  "_kind",
  "_model",
  // Versions and the marks of writes.
  "_v",
  "_w",
  "_w1",
  "_w2",
  "_w3",
  "_marks",
  "_born",
  "_at",
  // What points to a record.
  "_ref",
  "_ref2",
  "_refd",
  "_loose",
  "_carries",
  // Writes under way.
  "_tx",
  "_new",
  "_next",
];

/** Whether an attribute is one of the layout's own. */
export function isReserved(attribute: string): boolean {
  return RESERVED_ATTRIBUTES.includes(attribute);
}

/** Throws `INVALID_SCHEMA` for a column with the name of one of the layout's attributes. Others may begin with "_". */
export function checkColumns(model: ModelManifest): void {
  for (const { name, column } of model.fields.values()) {
    if (!RESERVED_ATTRIBUTES.includes(column)) continue;
    throw invalidSchema(
      `Column "${column}" of "${model.name}" is an attribute of DynamoDB's storage layout. Give "${name}" another ` +
        'one: .map("…").',
      model.name,
      [name],
    );
  }
}
