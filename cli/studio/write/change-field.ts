import type { FieldManifest } from "../../../orm/schema/manifest.ts";
import { valueOfText } from "../field-text.ts";
import type { ShownRecord } from "../page/wire.ts";
import { Refused } from "../refused.ts";
import { isSecret } from "../../output/secrets.ts";
import { showRecord } from "../show-record.ts";
import { modelOf, type Work } from "../studio.ts";
import { requireWriting } from "./remove.ts";

/** A field's new value, and the one that the page showed. Null for none. */
export interface FieldChange {
  readonly model: string;
  readonly id: string;
  readonly field: string;
  readonly was: string | null;
  readonly text: string | null;
}

/** Changes a field, where it still has the value that the page showed. */
export async function changeField(work: Work, change: FieldChange): Promise<ShownRecord> {
  requireWriting(work);
  const { layout, client } = modelOf(work, change.model);
  const { showSecrets } = work.studio;
  const field = layout.model.fields.get(change.field);
  if (!field || field.name === "id") throw new Refused("BAD_REQUEST", `"${change.field}" cannot be changed.`);
  if (!showSecrets && isSecret(change.model, field.name))
    throw new Refused("SECRET", `"${field.name}" is a secret. Start the studio with --show-secrets to change it.`);
  const value = (of: FieldManifest, text: string | null) =>
    text === null ? null : valueOfText(change.model, of, text);
  const id = layout.model.fields.get("id");
  const data = { [field.name]: value(field, change.text) };
  // Json has no equality to ask for.
  const seen = field.kind === "json" ? {} : { [field.name]: value(field, change.was) };
  const where = { ...seen, id: id && value(id, change.id) };
  const changed = await client.update({ where, data });
  if (!changed) throw new Refused("CHANGED", "The record is gone, or somebody has changed that field meanwhile.");
  return showRecord(layout, changed, showSecrets);
}
