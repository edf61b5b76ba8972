import { invalidSchema } from "../errors.ts";
import type { FieldManifest, ModelManifest, RelationManifest } from "./manifest.ts";
import type { Relation } from "./relations.ts";

type Models = ReadonlyMap<string, ModelManifest>;

/** Resolves a relation to the fields it compares. Throws `INVALID_SCHEMA` when one does not exist. */
export function resolveRelation(
  model: ModelManifest,
  name: string,
  relation: Relation,
  models: Models,
): RelationManifest {
  const where = `Relation "${model.name}.${name}"`;
  if (model.fields.has(name)) {
    throw invalidSchema(`${where} has the name of a field.`, model.name, [name]);
  }
  const target = requireModel(models, relation.target, where, model.name);
  if (relation.kind === "belongsTo") {
    const key = requireField(model, relation.foreignKey, where);
    return { name, kind: "one", target: target.name, from: key.name, to: referenced(key, target), through: undefined };
  }
  if (relation.kind === "manyToMany") {
    const link = requireModel(models, relation.through, where, model.name);
    const near = requireField(link, relation.from, where);
    const far = requireField(link, relation.to, where);
    return {
      name,
      kind: "many",
      target: target.name,
      from: referenced(near, model),
      to: near.name,
      through: { model: link.name, from: far.name, to: referenced(far, target) },
    };
  }
  const key = requireField(target, relation.foreignKey, where);
  const kind = relation.kind === "hasOne" ? "one" : "many";
  return { name, kind, target: target.name, from: referenced(key, model), to: key.name, through: undefined };
}

/** The field of `owner` that a foreign key holds: the one it references, else the id. */
function referenced(key: FieldManifest, owner: ModelManifest): string {
  return key.references?.model === owner.name ? key.references.field : "id";
}

function requireModel(models: Models, name: string, where: string, model: string): ModelManifest {
  const found = models.get(name);
  if (!found) throw invalidSchema(`${where} names the unknown model "${name}".`, model);
  return found;
}

function requireField(model: ModelManifest, name: string, where: string): FieldManifest {
  const found = model.fields.get(name);
  if (!found) throw invalidSchema(`${where} names the unknown field "${model.name}.${name}".`, model.name, [name]);
  return found;
}
