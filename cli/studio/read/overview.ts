import type { ModelLayout } from "../../../orm/dynamodb/layout/model-layout.ts";
import type { Overview, ShownModel } from "../page/wire.ts";
import { isSecret } from "../../output/secrets.ts";
import type { Studio } from "../studio.ts";
import { listsOf } from "./lists.ts";

/** What the schema says: nothing is read for it. */
export function overviewOf(studio: Studio): Overview {
  const { connection, target, readOnly, layouts } = studio;
  return {
    connection,
    source: target.source,
    readOnly,
    models: [...layouts.values()].map((layout) => showModel(studio, layout)),
  };
}

function showModel({ readOnly, showSecrets }: Studio, layout: ModelLayout): ShownModel {
  const { name, fields } = layout.model;
  return {
    name,
    table: layout.table,
    fields: [...fields.values()].map((field) => ({
      name: field.name,
      kind: field.kind,
      nullable: field.nullable,
      values: field.values,
      changeable: !readOnly && field.name !== "id" && (showSecrets || !isSecret(name, field.name)),
    })),
    lists: listsOf(layout).map(({ index: _, ...list }) => list),
  };
}
