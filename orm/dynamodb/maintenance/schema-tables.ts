import type { ModelLayout } from "../layout/model-layout.ts";

/** A table, and the models that live in it. */
export interface SchemaTable {
  readonly name: string;
  /** One at least. */
  readonly layouts: readonly [ModelLayout, ...ModelLayout[]];
}

/** The tables of a schema, in the order of its models. */
export function schemaTables(layouts: ReadonlyMap<string, ModelLayout>): SchemaTable[] {
  const tables = new Map<string, [ModelLayout, ...ModelLayout[]]>();
  for (const layout of layouts.values()) {
    const known = tables.get(layout.table);
    if (known) known.push(layout);
    else tables.set(layout.table, [layout]);
  }
  return [...tables].map(([name, ofTable]) => ({ name, layouts: ofTable }));
}
