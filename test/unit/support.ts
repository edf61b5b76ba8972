import { expect } from "vitest";
import type { OrmErrorCode } from "../../orm/errors.ts";
import {
  bigint,
  boolean,
  datetime,
  decimal,
  enumeration,
  id,
  integer,
  json,
  number,
  string,
} from "../../orm/schema/fields.ts";
import { compileManifest } from "../../orm/schema/compile-manifest.ts";
import { defineSchema, model } from "../../orm/schema/model.ts";
import { belongsTo, hasMany } from "../../orm/schema/relations.ts";

/** A model with every kind of field, and one that belongs to it. */
export const schema = defineSchema({
  item: model({
    table: "items",
    fields: {
      id: id(),
      code: string().unique(),
      name: string().nullable(),
      first: string().nullable(),
      second: integer().nullable(),
      flag: boolean().default(false),
      at: datetime().nullable(),
      real: number().nullable(),
      big: bigint().nullable(),
      exact: decimal().nullable(),
      data: json().nullable(),
      choice: enumeration(["one", "two"]).default("one"),
      made: string().default(() => "made"),
    },
    relations: { parts: hasMany("part", { foreignKey: "itemId" }) },
    constraints: { unique: [["first", "second"]] },
  }),
  part: model({
    table: "parts",
    fields: { id: id({ type: "integer" }), itemId: string().references("item.id"), size: integer().default(1) },
    relations: { item: belongsTo("item", { foreignKey: "itemId" }) },
  }),
});

const manifest = compileManifest(schema);
export const item = manifest.models.get("item")!;
export const part = manifest.models.get("part")!;

/** Matches an OrmError of a code whose message has a text. */
export function ormError(code: OrmErrorCode, text = ""): Error {
  return expect.objectContaining({ name: "OrmError", code, message: expect.stringContaining(text) as string }) as Error;
}
