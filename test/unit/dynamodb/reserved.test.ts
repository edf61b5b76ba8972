import { defineSchema, id, model, string } from "auth-dynamodb";
import { describe, expect, it } from "vitest";
import { layoutsOf } from "../../../orm/dynamodb/layout/model-layout.ts";
import { compileManifest } from "../../../orm/schema/compile-manifest.ts";
import { ormError } from "../support.ts";
import { places, NOW } from "./layouts.ts";

const layOut = (column: string) =>
  layoutsOf(
    compileManifest(defineSchema({ thing: model({ table: "things", fields: { id: id(), x: string().map(column) } }) })),
    {},
  );

describe("columns", () => {
  it("may begin with an underscore, and have the name that document databases give their key", () => {
    for (const column of ["_id", "_rev", "__v", "_PK", "_private"]) expect(() => layOut(column)).not.toThrow();
    const documents = defineSchema({ thing: model({ table: "things", fields: { id: id().map("_id") } }) });
    expect(layoutsOf(compileManifest(documents), {}).get("thing")?.model.fields.get("id")?.column).toBe("_id");
  });

  it("may not have the name of an attribute that the layout writes", () => {
    const account = { id: "a1", provider: "google", subject: "1", userId: "u1", createdAt: new Date(NOW) };
    const session = { id: "s1", token: "t1", userId: "u1", expiresAt: new Date(NOW), note: null };
    const items = [...places("account", account), ...places("session", session)].map(({ item }) => item);
    const own = new Set(items.flatMap((item) => Object.keys(item)).filter((name) => name.startsWith("_")));
    expect(own.size).toBeGreaterThan(5);
    for (const column of own) expect(() => layOut(column)).toThrow(ormError("INVALID_SCHEMA", `"${column}"`));
  });

  it("may not have a name that the layout keeps for writes under way", () => {
    for (const column of ["_tx", "_new", "_next", "_ttl0", "_v", "_w", "_w3", "_refd"]) {
      expect(() => layOut(column)).toThrow(ormError("INVALID_SCHEMA", "x"));
    }
  });
});
