import type { Manifest, ModelManifest } from "../../orm/schema/manifest.ts";

/** A field that refers to another record, enforced. */
export interface RowReference {
  readonly field: string;
  readonly model: string;
  /** The field that it refers to. */
  readonly key: string;
  readonly onDelete: string;
}

/** A model in the order in which its rows can be written. */
export interface OrderedModel {
  readonly model: ModelManifest;
  /** References to models that come before it. */
  readonly references: readonly RowReference[];
  /** References along a circle, its own to itself among them: given when all rows are there. */
  readonly late: readonly RowReference[];
}

/** The references of a model that are enforced. */
function referencesOf(model: ModelManifest): RowReference[] {
  return [...model.fields.values()].flatMap(({ name, references }) =>
    references?.onDelete === undefined
      ? []
      : [{ field: name, model: references.model, key: references.field, onDelete: references.onDelete }],
  );
}

/** Some models of a schema, each behind those that it refers to. */
export function modelOrder(manifest: Manifest, names: readonly string[]): OrderedModel[] {
  const ordered: OrderedModel[] = [];
  const begun = new Set<string>();
  const done = new Set<string>();
  const visit = (name: string) => {
    const model = manifest.models.get(name);
    if (!model || begun.has(name)) return;
    begun.add(name);
    const references = referencesOf(model);
    // A reference to a model that is not moved is looked up where the rows go.
    for (const { model: target } of references) if (names.includes(target)) visit(target);
    const comesFirst = (target: string) => done.has(target) || !names.includes(target);
    ordered.push({
      model,
      references: references.filter((reference) => comesFirst(reference.model)),
      late: references.filter((reference) => !comesFirst(reference.model)),
    });
    done.add(name);
  };
  for (const name of names) visit(name);
  return ordered;
}
