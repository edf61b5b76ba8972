import { invalidQuery } from "../errors.ts";
import { parseOrder, type OrderTerm } from "../query/order.ts";
import { parseWhere } from "../query/parse-where.ts";
import type { Predicate } from "../query/predicate.ts";
import type { Manifest, ModelManifest, RelationManifest } from "../schema/manifest.ts";
import { checkArgs, parsePage } from "./arguments.ts";
import { knownModel } from "../schema/known.ts";

/** What a read returns of each record. */
export interface Selection {
  readonly fields: readonly string[];
  readonly relations: readonly RelationSelection[];
}

/** A relation to load, with what it is filtered by and what it returns. */
export interface RelationSelection {
  readonly relation: RelationManifest;
  readonly target: ModelManifest;
  readonly where: Predicate;
  readonly orderBy: readonly OrderTerm[];
  readonly skip: number;
  readonly take: number | undefined;
  readonly selection: Selection;
}

const TO_ONE_ARGS = ["select", "where"];
const TO_MANY_ARGS = [...TO_ONE_ARGS, "orderBy", "skip", "take"];

/** Checks a `select`. Undefined selects every field. A selection of nothing is refused. */
export function parseSelect(manifest: Manifest, model: ModelManifest, select: unknown): Selection {
  if (select === undefined) return { fields: [...model.fields.keys()], relations: [] };
  if (typeof select !== "object" || select === null || Array.isArray(select)) {
    throw invalidQuery(`select of "${model.name}" must be an object.`, model.name);
  }
  const fields: string[] = [];
  const relations: RelationSelection[] = [];
  for (const [name, value] of Object.entries(select) as [string, unknown][]) {
    const relation = model.relations.get(name);
    if (!relation && !model.fields.has(name)) {
      throw invalidQuery(`"${model.name}" has no field or relation "${name}" to select.`, model.name, [name]);
    }
    if (value === undefined || value === false) continue;
    if (relation) relations.push(parseRelation(manifest, model, relation, value));
    else if (value === true) fields.push(name);
    else throw invalidQuery(`select of "${model.name}.${name}" must be true or false.`, model.name, [name]);
  }
  if (fields.length + relations.length === 0) {
    throw invalidQuery(`select of "${model.name}" selects nothing.`, model.name);
  }
  return { fields, relations };
}

function parseRelation(
  manifest: Manifest,
  model: ModelManifest,
  relation: RelationManifest,
  value: unknown,
): RelationSelection {
  const target = knownModel(manifest, relation.target);
  const label = `relation "${relation.name}"`;
  if (value !== true && (typeof value !== "object" || value === null)) {
    throw invalidQuery(`select of ${label} of "${model.name}" must be true, false or an object.`, model.name, [
      relation.name,
    ]);
  }
  const args = checkArgs(
    model,
    label,
    value === true ? {} : value,
    relation.kind === "one" ? TO_ONE_ARGS : TO_MANY_ARGS,
  );
  return {
    relation,
    target,
    where: parseWhere(target, args["where"]),
    orderBy: parseOrder(target, args["orderBy"]),
    ...parsePage(model, label, args),
    selection: parseSelect(manifest, target, args["select"]),
  };
}
