import { fieldsText, homeText, indexText } from "../../../orm/dynamodb/layout/keys.ts";
import type { ModelLayout } from "../../../orm/dynamodb/layout/model-layout.ts";
import type { IndexManifest } from "../../../orm/schema/manifest.ts";
import type { ShownList } from "../page/wire.ts";

/** A way to go through a model's records, and the index that it is. */
export interface List extends ShownList {
  readonly index: IndexManifest | undefined;
  /** The fields, as its partitions name them. */
  readonly text: string;
}

/** The ways to go through a model's records: by its keys and indexes, and by reading the whole table. */
export function listsOf({ model }: ModelLayout): List[] {
  const { home } = model;
  const lists: List[] = model.uniques.map(({ fields }) => list("unique", fieldsText(fields), fields));
  if (home.kind === "index") lists.push(list("home", homeText(home), home.fields, home.orderBy));
  for (const index of model.indexes) lists.push(list("index", indexText(index), index.on, index.orderBy, index));
  return [...lists, { ...list("scan", "", []), name: "scan" }];
}

function list(kind: List["kind"], text: string, on: readonly string[], orderBy?: string, index?: IndexManifest): List {
  return { name: `${kind}:${text}`, kind, on, orderBy, index, text };
}

/** The list of a model's records with one value of a field. Undefined where only a scan would find them. */
export function listBy(layout: ModelLayout, field: string): List | undefined {
  const lists = listsOf(layout).filter(({ on }) => on.length === 1 && on[0] === field);
  // One that is ordered is the better one to read.
  return lists.find(({ orderBy }) => orderBy !== undefined) ?? lists[0];
}
