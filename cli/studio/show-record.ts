import { recordExpiry } from "../../orm/dynamodb/layout/expiry.ts";
import type { ModelLayout } from "../../orm/dynamodb/layout/model-layout.ts";
import type { FieldManifest } from "../../orm/schema/manifest.ts";
import type { RecordValues } from "../../orm/values/normalize.ts";
import { textOfField, textOfValue } from "./field-text.ts";
import type { ShownRecord, ShownValue } from "./page/wire.ts";
import { isSecret } from "../output/secrets.ts";

/** Fields that people know a record by, the best first. */
const TITLES = ["email", "name", "slug", "providerId", "provider", "ipAddress", "identifier", "role"];

/** A record as the page shows it: secrets stay here, unless they are asked for. */
export function showRecord(layout: ModelLayout, values: RecordValues, showSecrets: boolean): ShownRecord {
  const { model } = layout;
  const id = textOfValue(values["id"]) ?? "";
  const named = TITLES.find(
    (field) => typeof values[field] === "string" && values[field] !== "" && !isSecret(model.name, field),
  );
  const ends = recordExpiry(layout, values);
  return {
    model: model.name,
    id,
    title: (named === undefined ? null : textOfValue(values[named])) ?? id,
    values: [...model.fields.values()].map((field) => showValue(model.name, field, values[field.name], showSecrets)),
    expired: ends !== undefined && ends * 1000 < Date.now(),
  };
}

function showValue(model: string, field: FieldManifest, value: unknown, showSecrets: boolean): ShownValue {
  const { name, kind, references } = field;
  const text = textOfField(field, value);
  const shown = { field: name, kind, text };
  if (text !== null && !showSecrets && isSecret(model, name))
    return { ...shown, text: "", hidden: true, length: text.length };
  if (text === null || !references) return shown;
  return { ...shown, refersTo: { model: references.model, field: references.field } };
}
