import { createAuthSchema } from "auth-dynamodb/better-auth";
import { organization, twoFactor, username } from "better-auth/plugins";
import { describe, expect, it } from "vitest";
import { itemsToCreate } from "../../../orm/dynamodb/layout/item-count.ts";
import { layoutsOf } from "../../../orm/dynamodb/layout/model-layout.ts";
import { keysOf } from "../../../orm/dynamodb/layout/places.ts";
import { compileManifest } from "../../../orm/schema/compile-manifest.ts";
import type { FieldManifest } from "../../../orm/schema/manifest.ts";
import { givenReferences } from "../../../orm/dynamodb/write/reference-checks.ts";

const plugins = [organization({ teams: { enabled: true } }), twoFactor(), username()];
const layouts = [...layoutsOf(compileManifest(createAuthSchema({ plugins })), {}).values()];

const VALUES: Readonly<Record<FieldManifest["kind"], unknown>> = {
  ...{ id: "i", string: "s", enum: "e", boolean: true, integer: 1, number: 1.5, bigint: 1n, decimal: "1" },
  ...{ datetime: new Date(0), json: {} },
};

describe("the items of a create", () => {
  it.each(layouts.map((layout) => [layout.model.name, layout] as const))("of %s are counted", (_, layout) => {
    const fields = [...layout.model.fields.values()];
    const needed = ["id", ...layout.model.home.fields];
    for (const isGiven of [() => true, (name: string) => needed.includes(name)]) {
      const given = fields.map(({ name, kind }) => [name, isGiven(name) ? VALUES[kind] : null] as const);
      const after = Object.fromEntries(given);
      const references = givenReferences([{ layout, before: undefined, after }]);
      const items = keysOf(layout, after).length + references.length;
      const partial = Object.fromEntries(given.filter(([, value]) => value !== null));
      expect([after, partial].map((values) => itemsToCreate(layout, values))).toEqual([items, items]);
    }
  });
});
