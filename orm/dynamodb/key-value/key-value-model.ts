import { datetime, id, json, string, type Field, type FieldTypes } from "../../schema/fields.ts";
import { model, type Model } from "../../schema/model.ts";

/**
 * A model of values by key. A record lives at its id, which is its key's hash, and has no entries: one value is one
 * item. What the item is made of is said in `stored-value.ts`.
 */
export function keyValueModel(table: string): Model {
  const fields: Record<string, Field<FieldTypes>> = {
    id: id() as Field<FieldTypes>,
    key: string() as Field<FieldTypes>,
    // Text, or a number where it is counted.
    value: json() as Field<FieldTypes>,
    expiresAt: datetime().nullable() as Field<FieldTypes>,
    recent: json().nullable() as Field<FieldTypes>,
    former: json().nullable() as Field<FieldTypes>,
    takenBy: string().nullable() as Field<FieldTypes>,
  };
  return model({ table, fields, expires: "expiresAt" });
}
