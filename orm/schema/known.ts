import type { FieldManifest, Manifest, ModelManifest } from "./manifest.ts";

/** A model by a name that is known to be the schema's. */
export function knownModel(manifest: Manifest, name: string): ModelManifest {
  const model = manifest.models.get(name);
  if (!model) throw new TypeError(`The schema has no model "${name}"`);
  return model;
}

/** Every field that decides where a model's records live. */
export function homeFields({ home: { kind, fields, orderBy } }: ModelManifest): string[] {
  if (kind === "unique") return [...fields];
  return [...new Set([...fields, ...(orderBy === undefined ? [] : [orderBy]), "id"])];
}

/** A field by a name that was checked before, where the query or the schema was read. */
export function knownField(model: ModelManifest, name: string): FieldManifest {
  const field = model.fields.get(name);
  if (!field) throw new TypeError(`"${model.name}" has no field "${name}"`);
  return field;
}
