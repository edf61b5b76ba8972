import { fieldsText, indexText } from "../../../orm/dynamodb/layout/keys.ts";
import type { ModelLayout } from "../../../orm/dynamodb/layout/model-layout.ts";
import type { IndexManifest } from "../../../orm/schema/manifest.ts";
import type { ShownList } from "../page/wire.ts";

/** A way to go through a model's records, and the index that it is. */
export interface List extends ShownList {
  readonly index: IndexManifest | undefined;
}

/** The ways to go through a model's records: by its keys and indexes, and by reading the whole table. */
export function listsOf({ model }: ModelLayout): List[] {
  const lists: List[] = model.uniques.map(({ fields }) => list("unique", fields));
  if (model.home.kind === "index") lists.push(list("home", model.home.fields));
  for (const index of model.indexes) lists.push(list("index", index.on, index));
  return [...lists, { name: "scan", kind: "scan", on: [], orderBy: undefined, index: undefined }];
}

function list(kind: List["kind"], on: readonly string[], index?: IndexManifest): List {
  return { name: `${kind}:${index ? indexText(index) : fieldsText(on)}`, kind, on, orderBy: index?.orderBy, index };
}

/** The list of a model's records with one value of a field. Undefined where only a scan would find them. */
export function listBy(layout: ModelLayout, field: string): List | undefined {
  const lists = listsOf(layout).filter(({ on }) => on.length === 1 && on[0] === field);
  // One that is ordered is the better one to read.
  return lists.find(({ orderBy }) => orderBy !== undefined) ?? lists[0];
}
