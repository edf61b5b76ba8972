import { invalidQuery } from "../errors.ts";
import type { ModelManifest, UniqueKey } from "../schema/manifest.ts";
import { sameFields } from "../schema/same-fields.ts";
import { setOwn } from "../values/json.ts";
import type { RecordValues } from "../values/normalize.ts";
import { parseWhere } from "./parse-where.ts";
import { conjuncts } from "./predicate.ts";

/** A unique key and the values looked up by it. */
export interface UniqueLookup {
  readonly key: UniqueKey;
  readonly values: RecordValues;
}

/**
 * The unique key that a `where` names: exactly its fields, each by equality with a value. Throws
 * `INVALID_QUERY`, naming the unique keys that exist, for any other shape. Text is that of the record at the key:
 * well-formed, as it is stored.
 */
export function requireUniqueLookup(model: ModelManifest, where: unknown, operation: string): UniqueLookup {
  const values: RecordValues = {};
  let exact = true;
  for (const item of conjuncts(parseWhere(model, where, "stored"))) {
    exact &&=
      item.type === "compare" &&
      item.operator === "eq" &&
      !item.insensitive &&
      item.value !== null &&
      !Object.hasOwn(values, item.field);
    if (item.type === "compare") setOwn(values, item.field, item.value);
  }
  const key = exact && model.uniques.find((unique) => sameFields(unique.fields, Object.keys(values)));
  if (key) return { key, values };
  const known = model.uniques.map((unique) => unique.fields.join(" + ")).join(", ");
  throw invalidQuery(
    `${operation} of "${model.name}" needs one of its unique keys, with a value for each field: ${known}.`,
    model.name,
  );
}
