import { uniqueViolation } from "../errors.ts";
import type { ModelManifest } from "../schema/manifest.ts";
import type { RecordValues } from "../values/normalize.ts";
import { KIND, keyText, type Changes } from "./tables.ts";

/** Throws if two records would share the values of a unique key after the changes. Ids are not its concern. */
export function checkUniques(model: ModelManifest, records: Iterable<RecordValues>, changes: Changes): void {
  const keys = model.uniques.filter((key) => key.fields[0] !== "id" || key.fields.length > 1);
  const taken = keys.map((key) => {
    const texts = new Set<string>();
    for (const record of changes.values()) {
      const text = record && keyText(key.fields, record);
      if (text === null) continue;
      if (texts.has(text)) throw uniqueViolation(KIND, model.name, key.fields);
      texts.add(text);
    }
    return { key, texts };
  });
  if (taken.every(({ texts }) => texts.size === 0)) return;
  for (const record of records) {
    if (changes.has(record["id"])) continue;
    for (const { key, texts } of taken) {
      const text = keyText(key.fields, record);
      if (text !== null && texts.has(text)) throw uniqueViolation(KIND, model.name, key.fields);
    }
  }
}
