import {
  createDriverHandle,
  createDynamodbDriver,
  createMemoryDriver,
  createOrm,
  defineSchema,
  type OrmDriver,
} from "auth-dynamodb";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";

const drivers: Record<string, OrmDriver> = {
  memory: createMemoryDriver(),
  dynamodb: createDynamodbDriver({ client: new DynamoDBClient({ region: "us-east-1" }) }),
};

/** Every object inside, itself included. */
function objectsIn(value: unknown): object[] {
  return typeof value === "object" && value !== null ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
}

describe("a driver's handle", () => {
  it.each(Object.entries(drivers))("of %s says what a storage layer has to know", (_kind, driver) => {
    const { capabilities } = createOrm({ schema: defineSchema({}), driver }).$driver;
    expect(capabilities).toEqual(driver.handle.capabilities);
    expect(capabilities).toMatchObject({
      numericIds: "manual",
      supportsJSON: true,
      supportsJoin: false,
      textMatching: { equality: "case-sensitive", contains: "case-sensitive", ordering: "case-sensitive" },
      returning: { create: true, update: true, delete: true },
      returningMode: { create: "record", update: "record", delete: "none" },
      nativeRelations: {
        singularChains: false,
        hasMany: false,
        manyToMany: false,
        filtered: false,
        ordered: false,
        paginated: false,
      },
    });
    expect(driver.handle.dialect).toBeUndefined();
  });

  it.each(Object.entries(drivers))("of %s cannot be changed, at any depth", (_kind, driver) => {
    for (const { capabilities } of [driver.handle, createOrm({ schema: defineSchema({}), driver }).$driver]) {
      for (const object of objectsIn(capabilities)) expect(Object.isFrozen(object)).toBe(true);
    }
  });

  it("has what its driver says, and nothing that it leaves out", () => {
    const client = {};
    const handle = createDriverHandle({
      kind: "mine",
      client,
      dialect: "postgres",
      capabilities: { supportsDates: true, returning: { create: true } },
    });
    expect(handle).toMatchObject({ kind: "mine", dialect: "postgres" });
    expect(handle.client).toBe(client);
    expect(handle.capabilities).toMatchObject({
      supportsDates: true,
      supportsJSON: false,
      numericIds: "none",
      returning: { create: true, update: false, delete: false },
      textMatching: { contains: "database-default" },
    });
  });
});
