import { invalidSchema } from "../errors.ts";
import type { OnDelete } from "./fields.ts";
import type { FieldManifest, ModelManifest, Referrer } from "./manifest.ts";
import { sameFields } from "./same-fields.ts";

type Models = ReadonlyMap<string, ModelManifest>;

/** What refers, enforced, to a model: what a delete of its records has to look after. */
export function referrersOf(target: string, models: Models): Referrer[] {
  const referrers: Referrer[] = [];
  for (const model of models.values()) {
    for (const { name, references } of model.fields.values()) {
      if (references?.model !== target || references.onDelete === undefined) continue;
      referrers.push({ model: model.name, field: name, to: references.field, onDelete: references.onDelete });
    }
  }
  return referrers;
}

/** Checks that every reference of a model leads somewhere, and can be enforced where it is to be. */
export function checkReferences(model: ModelManifest, models: Models): void {
  for (const field of model.fields.values()) {
    if (!field.references) continue;
    const target = models.get(field.references.model);
    const key = target?.fields.get(field.references.field);
    const problem = !target || !key ? "is not in the schema" : enforcementProblem(field, target, key);
    if (problem === undefined) continue;
    throw invalidSchema(
      `"${model.name}.${field.name}" references "${field.references.model}.${field.references.field}", which ` +
        `${problem}.`,
      model.name,
      [field.name],
    );
  }
}

const ON_DELETE: ReadonlySet<string> = new Set<OnDelete>([
  "cascade",
  "set null",
  "set default",
  "restrict",
  "no action",
]);

/** Why a reference cannot be enforced, if it is to be. */
function enforcementProblem(field: FieldManifest, target: ModelManifest, key: FieldManifest): string | undefined {
  const onDelete = field.references?.onDelete;
  if (onDelete === undefined) return undefined;
  if (!ON_DELETE.has(onDelete)) return `has an onDelete that is none of ${[...ON_DELETE].join(", ")}`;
  if (!target.uniques.some(({ fields }) => fields.length === 1 && fields[0] === key.name)) {
    return (
      "is not unique: with onDelete, a reference needs a key of one field. Make it unique(), " + "or leave onDelete out"
    );
  }
  if (key.name === "id" && !target.idEntry && !sameFields(target.home.fields, ["id"])) {
    return `has no entry: leave idEntry of "${target.name}" out, or onDelete`;
  }
  if (valueKind(field) !== valueKind(key)) {
    return `holds another kind of values (${valueKind(key)}, not ${valueKind(field)})`;
  }
  if (onDelete === "set null" && !field.nullable) {
    return (
      'is to be set to null ("set null") in a field that is not nullable. Make it nullable(), or choose ' +
      "another onDelete"
    );
  }
  if (onDelete === "set default" && !field.nullable && !field.hasDefault) {
    return (
      'is to be set to a default ("set default") in a field that has none. Give it one with default(), or ' +
      "choose another onDelete"
    );
  }
  return undefined;
}

/** The kind of a field's values: an id is text, or a whole number. */
function valueKind({ kind, idType }: FieldManifest): string {
  if (kind !== "id") return kind;
  return idType === "integer" ? "integer" : "string";
}
