import { invalidSchema, isOrmError } from "../errors.ts";
import { normalizeValue, type ValueField } from "../values/normalize.ts";

/**
 * Refuses a field that no record could hold as it is declared: its texts twice, or a default that is no value of it.
 */
export function checkField(model: string, field: ValueField): void {
  checkValues(model, field);
  const { name, defaultValue, nullable } = field;
  // What a function makes is known with each record only.
  if (defaultValue === undefined || typeof defaultValue === "function") return;
  if (defaultValue === null && !nullable) {
    throw invalidSchema(`The default of "${model}.${name}" is null, and the field is not nullable.`, model, [name]);
  }
  try {
    normalizeValue(model, field, defaultValue);
  } catch (error) {
    if (!isOrmError(error, "INVALID_VALUE")) throw error;
    throw invalidSchema(`The default is no value of its field: ${error.message}`, model, [name]);
  }
}

function checkValues(model: string, { name, kind, values }: ValueField): void {
  if (kind !== "enum") return;
  const texts: readonly unknown[] = values ?? [];
  if (texts.length === 0 || texts.some((text) => typeof text !== "string")) {
    throw invalidSchema(`The enumeration "${model}.${name}" needs one text or more.`, model, [name]);
  }
  const twice = texts.find((text, position) => texts.indexOf(text) !== position);
  if (twice === undefined) return;
  throw invalidSchema(`The enumeration "${model}.${name}" has "${String(twice)}" twice.`, model, [name]);
}
