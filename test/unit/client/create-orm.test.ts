import { describe, expect, it } from "vitest";
import { createOrm } from "../../../orm/client/create-orm.ts";
import type { UntypedModelClient } from "../../../orm/client/untyped.ts";
import type { OrmDriver } from "../../../orm/driver.ts";
import { createMemoryDriver } from "../../../orm/memory/driver.ts";
import { id, numericId, string } from "../../../orm/schema/fields.ts";
import { defineSchema, model, tableName, type Model } from "../../../orm/schema/model.ts";
import { ormError, schema } from "../support.ts";

const create = (models: Record<string, Model>, driver: OrmDriver = createMemoryDriver()) =>
  createOrm({ schema: defineSchema(models), driver });

const withCapabilities = (changes: object): OrmDriver => {
  const driver = createMemoryDriver();
  return { ...driver, handle: { ...driver.handle, capabilities: { ...driver.handle.capabilities, ...changes } } };
};

describe("createOrm", () => {
  it("refuses what the driver cannot do, and names the alternative", () => {
    const generated = { a: model({ table: "a", fields: { id: numericId({ generated: "increment" }) } }) };
    expect(() => create(generated)).toThrow(ormError("INVALID_SCHEMA", 'id({ type: "integer" })'));
    expect(() => create(generated)).toThrow(ormError("INVALID_SCHEMA", "string ids"));
    expect(() => create(generated, withCapabilities({ numericIds: "generated" }))).not.toThrow();
    const numeric = { a: model({ table: "a", fields: { id: numericId() } }) };
    expect(() => create(numeric)).not.toThrow();
    expect(() => create(numeric, withCapabilities({ numericIds: "none" }))).toThrow(
      ormError("INVALID_SCHEMA", "string ids"),
    );
    const qualified = { a: model({ table: tableName("a", { schema: "auth" }), fields: { id: id() } }) };
    expect(() => create(qualified)).toThrow(ormError("INVALID_SCHEMA", '"auth_a"'));
    expect(() => create(qualified, withCapabilities({ supportsSchemaNamespaces: true }))).not.toThrow();
  });

  it.each(["transaction", "batch", "$driver"])("refuses a model called %s", (name) => {
    expect(() => create({ [name]: model({ table: "a", fields: { id: id() } }) })).toThrow(
      ormError("INVALID_SCHEMA", name),
    );
  });

  it("has the schema's models and nothing else", async () => {
    const plain = model({ table: "a", fields: { id: id() } });
    const orm = create(Object.fromEntries(["constructor", "toString", "hasOwnProperty"].map((name) => [name, plain])));
    expect(Object.keys(orm)).toEqual(["constructor", "toString", "hasOwnProperty", "transaction", "batch", "$driver"]);
    // The casts: the types know no model that has such a name, or is made at run time.
    const named = orm["toString"] as unknown as UntypedModelClient;
    expect(await named.create({ data: { id: "a" } })).toEqual({ id: "a" });
    const other = create({ a: plain }) as unknown as Record<string, unknown>;
    expect(other["toString"]).toBeUndefined();
    expect(other["nope"]).toBeUndefined();
    // Returning a client from an async function must not look for a promise in it.
    expect(await Promise.resolve(other)).toBe(other);
  });

  it("cannot be changed", () => {
    const driver = createMemoryDriver();
    const orm = createOrm({ schema, driver });
    expect(() => Object.assign(orm, { item: undefined })).toThrow(TypeError);
    expect(() => Object.assign(orm.$driver.capabilities, { supportsJoin: true })).toThrow(TypeError);
    expect(() => Object.assign(orm.$driver.capabilities.returning, { create: false })).toThrow(TypeError);
    expect(orm.$driver.client).toBe(driver.handle.client);
  });

  it("works over schemas and data that are known at run time only", async () => {
    const name: string = "thing";
    const orm = create({ [name]: model({ table: "a", fields: { id: id(), label: string() } }) });
    await orm.transaction((tx) => tx[name]!.create({ data: { id: "a", label: "b" } }));
    expect(await orm[name]!.findMany({ where: { label: "b" } })).toEqual([{ id: "a", label: "b" }]);
    await expect(orm[name]!.findMany({ where: { nope: "b" } })).rejects.toThrow(ormError("INVALID_QUERY", "nope"));
  });

  it("connects once", () => {
    const driver = createMemoryDriver();
    let connected = 0;
    const counting: OrmDriver = {
      handle: driver.handle,
      connect: (manifest) => (connected++, driver.connect(manifest)),
    };
    create({ a: model({ table: "a", fields: { id: id() } }) }, counting);
    expect(connected).toBe(1);
  });
});

describe("batch and transaction", () => {
  it("refuses what is no task, and writes nothing", async () => {
    const orm = createOrm({ schema, driver: createMemoryDriver() });
    const create = orm.item.create({ data: { code: "a" } });
    const tasks = [(tx: typeof orm) => tx.item.create({ data: { code: "b" } }), create];
    await expect(orm.batch(tasks as never)).rejects.toThrow(ormError("INVALID_QUERY", "functions"));
    expect(await orm.item.count()).toBe(1);
    expect(await orm.batch([])).toEqual([]);
  });

  it("makes a transaction inside of a transaction a part of it", async () => {
    const orm = createOrm({ schema, driver: createMemoryDriver() });
    await orm.transaction(async (tx) => {
      await tx.transaction(async (inner) => {
        await inner.item.create({ data: { code: "a" } });
      });
      expect(await orm.item.count()).toBe(0);
    });
    expect(await orm.item.count()).toBe(1);
  });
});
