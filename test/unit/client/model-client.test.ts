import { beforeEach, describe, expect, it } from "vitest";
import { createOrm } from "../../../orm/client/create-orm.ts";
import type { UntypedOrmClient } from "../../../orm/client/untyped.ts";
import type { DriverConnection, OrmDriver } from "../../../orm/driver.ts";
import { createMemoryDriver } from "../../../orm/memory/driver.ts";
import { ormError, schema } from "../support.ts";

/** The memory driver, with the names of the session's methods that were called. */
function recordingDriver(calls: string[]): OrmDriver {
  const driver = createMemoryDriver();
  return {
    handle: driver.handle,
    connect: (manifest) =>
      new Proxy<DriverConnection>(driver.connect(manifest), {
        get(target, name: keyof DriverConnection) {
          calls.push(name);
          return (target[name] as (...args: unknown[]) => unknown).bind(target);
        },
      }),
  };
}

let calls: string[];
let orm: ReturnType<typeof make>;
let item: UntypedOrmClient[string];
const make = () => createOrm({ schema, driver: recordingDriver(calls) });

beforeEach(async () => {
  calls = [];
  orm = make();
  // What JavaScript callers, and adapters, can pass.
  item = orm.item as unknown as UntypedOrmClient[string];
  await orm.item.createMany({
    data: [
      { id: "1", code: "a", first: "x", second: 1 },
      { id: "2", code: "b" },
    ],
  });
  calls.length = 0;
});

describe("arguments", () => {
  it("refuses unknown ones", async () => {
    const wrong = { wher: { id: "1" } } as object;
    for (const operation of [
      "findFirst",
      "findMany",
      "count",
      "updateMany",
      "deleteMany",
      "update",
      "delete",
      "consume",
    ] as const) {
      await expect(item[operation](wrong as never)).rejects.toThrow(ormError("INVALID_QUERY", '"wher"'));
    }
    expect(() => item.explain(wrong)).toThrow(ormError("INVALID_QUERY", '"wher"'));
    await expect(item.findMany({ include: {} } as object)).rejects.toThrow(ormError("INVALID_QUERY", '"include"'));
    await expect(item.findFirst({ take: 1 } as object)).rejects.toThrow(ormError("INVALID_QUERY", '"take"'));
    await expect(item.findMany([] as object)).rejects.toThrow(ormError("INVALID_QUERY", "object"));
    await expect(item.findMany(null as never)).rejects.toThrow(ormError("INVALID_QUERY", "object"));
    expect(await orm.item.count()).toBe(2);
  });

  it("refuses pages that are no whole numbers", async () => {
    for (const page of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "1", null]) {
      await expect(item.findMany({ take: page as number })).rejects.toThrow(ormError("INVALID_QUERY", "take"));
      await expect(item.findMany({ skip: page as number })).rejects.toThrow(ormError("INVALID_QUERY", "skip"));
      await expect(item.findMany({ select: { parts: { take: page } } })).rejects.toThrow(
        ormError("INVALID_QUERY", "take"),
      );
    }
  });

  it("refuses data that is no object", async () => {
    await expect(item.create({} as never)).rejects.toThrow(ormError("INVALID_QUERY", '"data"'));
    await expect(item.create(undefined as never)).rejects.toThrow(ormError("INVALID_QUERY", '"data"'));
    await expect(item.createMany({ data: {} as never })).rejects.toThrow(ormError("INVALID_QUERY", "list"));
    await expect(item.createMany({ data: [null as never] })).rejects.toThrow(ormError("INVALID_QUERY", '"data"'));
    await expect(item.update({ where: { id: "1" }, data: [] as never })).rejects.toThrow(
      ormError("INVALID_QUERY", '"data"'),
    );
    await expect(item.upsert({ where: { code: "1" }, create: {}, update: null as never })).rejects.toThrow(
      ormError("INVALID_QUERY", '"update"'),
    );
  });

  it("takes 0 without a read", async () => {
    expect(await orm.item.findMany({ take: 0 })).toEqual([]);
    expect(calls).toEqual([]);
    await expect(item.findMany({ take: 0, where: { nope: 1 } })).rejects.toThrow(ormError("INVALID_QUERY", "nope"));
  });

  it("writes nothing for an empty list", async () => {
    expect(await orm.item.createMany({ data: [] })).toEqual([]);
    expect(calls).toEqual([]);
  });
});

describe("an empty where", () => {
  it.each([{}, { AND: [] }, { OR: [{}] }, undefined])(
    "touches nothing by the operations on one record: %j",
    async (where) => {
      const any = where as never;
      expect(await orm.item.update({ where: any, data: { name: "x" } })).toBeNull();
      expect(await orm.item.delete({ where: any })).toBe(0);
      expect(await orm.item.consume({ where: any })).toBeNull();
      expect(await orm.item.increment({ where: any, increment: { second: 1 } })).toBeNull();
      expect(calls).toEqual([]);
    },
  );

  it("means all by the operations on many", async () => {
    expect(await orm.item.updateMany({ data: { name: "x" } })).toBe(2);
    expect(await orm.item.deleteMany()).toBe(2);
  });
});

describe("select", () => {
  it("refuses unknown names and a selection of nothing", async () => {
    for (const select of [{ nope: true }, { nope: false }, { id: true, toString: true }]) {
      await expect(item.findMany({ select })).rejects.toThrow(ormError("INVALID_QUERY", "to select"));
    }
    for (const select of [{}, { id: false }, { parts: undefined }, { parts: { select: {} } }]) {
      await expect(item.findMany({ select })).rejects.toThrow(ormError("INVALID_QUERY", "selects nothing"));
    }
    for (const select of [{ id: 1 }, { id: {} }, { parts: 1 }, { parts: null }, [] as object, "id" as never]) {
      await expect(item.findMany({ select: select as never })).rejects.toThrow(ormError("INVALID_QUERY", "select"));
    }
    await expect(item.findMany({ select: { parts: { limit: 1 } } })).rejects.toThrow(
      ormError("INVALID_QUERY", '"limit"'),
    );
    await expect(item.findMany({ select: { parts: { where: { nope: 1 } } } })).rejects.toThrow(
      ormError("INVALID_QUERY", '"nope"'),
    );
    expect(calls).toEqual([]);
  });

  it("is checked before a write", async () => {
    const select = { nope: true };
    await expect(item.create({ data: { code: "c" }, select })).rejects.toThrow(ormError("INVALID_QUERY"));
    await expect(item.consume({ where: { id: "1" }, select })).rejects.toThrow(ormError("INVALID_QUERY"));
    expect(calls).toEqual([]);
  });
});

describe("update", () => {
  it("without any value returns the record as it is", async () => {
    const record = await orm.item.findUnique({ where: { id: "1" } });
    calls.length = 0;
    expect(await orm.item.update({ where: { code: "a" }, data: { name: undefined } })).toEqual(record);
    expect(await orm.item.update({ where: { code: "z" }, data: {} })).toBeNull();
    expect(await orm.item.updateMany({ where: { code: "a" }, data: {} })).toBe(1);
    expect(calls).toEqual(["find", "find", "count"]);
  });

  it("refuses what does not fit", async () => {
    await expect(item.update({ where: { id: "1" }, data: { code: null } })).rejects.toThrow(
      ormError("INVALID_VALUE", "item.code"),
    );
    await expect(item.update({ where: { id: "1" }, data: { nope: 1 } })).rejects.toThrow(
      ormError("INVALID_QUERY", "nope"),
    );
  });
});

describe("upsert", () => {
  it("needs a unique key", async () => {
    await expect(item.upsert({ where: { name: "a" }, create: {}, update: {} })).rejects.toThrow(
      ormError("INVALID_QUERY", "unique keys"),
    );
    await expect(item.findUnique({ where: { name: "a" } })).rejects.toThrow(ormError("INVALID_QUERY", "unique keys"));
  });

  it("creates at the key that it looks up", async () => {
    expect(
      await orm.item.upsert({ where: { first: "p", second: 2 }, create: { code: "p" }, update: {} }),
    ).toMatchObject({
      first: "p",
      second: 2,
    });
    const undefinedKey = { code: "q", first: undefined };
    expect(await orm.item.upsert({ where: { first: "q", second: 2 }, create: undefinedKey, update: {} })).toMatchObject(
      { first: "q" },
    );
    for (const create of [{ code: "other" }, { code: "r", id: "r" }]) {
      const attempt = item.upsert({ where: { code: "r" }, create, update: {} });
      if (create.code === "r") expect(await attempt).toMatchObject({ id: "r" });
      else await expect(attempt).rejects.toThrow(ormError("INVALID_QUERY", '"code"'));
    }
  });

  it("checks create where it updates too", async () => {
    await expect(item.upsert({ where: { id: "1" }, create: {}, update: {} })).rejects.toThrow(
      ormError("INVALID_VALUE", "item.code"),
    );
  });

  it("may change the key that it looked up", async () => {
    expect(await orm.item.upsert({ where: { code: "a" }, create: {}, update: { code: "z" } })).toMatchObject({
      id: "1",
      code: "z",
    });
  });
});

describe("increment", () => {
  it.each<[string, object, "INVALID_QUERY" | "INVALID_VALUE", string]>([
    ["nothing to change", {}, "INVALID_QUERY", "nothing"],
    ["only undefined", { increment: { second: undefined } }, "INVALID_QUERY", "nothing"],
    ["a field both added to and set", { increment: { second: 1 }, set: { second: 1 } }, "INVALID_QUERY", '"second"'],
    ["an unknown field", { increment: { nope: 1 } }, "INVALID_QUERY", '"nope"'],
    ["an unknown field to set", { set: { nope: 1 } }, "INVALID_QUERY", '"nope"'],
    ["text", { increment: { code: 1 } }, "INVALID_VALUE", "item.code"],
    ["a bigint field", { increment: { big: 1 } }, "INVALID_VALUE", "item.big"],
    ["a part of an integer", { increment: { second: 0.5 } }, "INVALID_VALUE", "item.second"],
    ["NaN", { increment: { real: Number.NaN } }, "INVALID_VALUE", "item.real"],
    ["null", { increment: { second: null } }, "INVALID_VALUE", "item.second"],
    ["a bigint", { increment: { second: 1n } }, "INVALID_VALUE", "item.second"],
    ["a wrong value to set", { set: { code: null } }, "INVALID_VALUE", "item.code"],
  ])("refuses %s", async (_title, change, code, text) => {
    await expect(item.increment({ where: { id: "1" }, ...change })).rejects.toThrow(ormError(code, text));
    expect(calls).toEqual([]);
  });

  it("refuses a sum that does not fit, and changes nothing", async () => {
    const attempt = orm.item.increment({ where: { id: "1" }, increment: { second: Number.MAX_SAFE_INTEGER } });
    await expect(attempt).rejects.toThrow(ormError("INVALID_VALUE", "item.second"));
    expect(await orm.item.findUnique({ where: { id: "1" }, select: { second: true } })).toEqual({ second: 1 });
  });
});

describe("results", () => {
  it("are copies", async () => {
    const at = new Date(1);
    const created = await orm.item.create({ data: { id: "3", code: "c", at, data: { list: [{ a: 1 }] } } });
    created.at!.setTime(5);
    (created.data as { list: object[] }).list.push({});
    const found = (await orm.item.findUnique({ where: { id: "3" } }))!;
    expect(found.at).toEqual(new Date(1));
    expect(found.data).toEqual({ list: [{ a: 1 }] });
    expect(found.at).not.toBe(at);
  });

  it("are whole by default, in the order of the schema", async () => {
    expect(Object.keys((await orm.item.findFirst())!)).toEqual(Object.keys(schema.models.item.fields));
    expect(await orm.item.findOne({ where: { code: "b" }, select: { id: true } })).toEqual({ id: "2" });
  });
});

describe("explain", () => {
  it("answers without a read", () => {
    expect(orm.item.explain({ where: { id: "1" }, select: { id: true } })).toMatchObject({
      path: "home",
      fields: ["id"],
    });
    expect(orm.item.explain({ where: { name: "a" }, orderBy: { name: "asc" } })).toMatchObject({
      path: "scan",
      ordered: false,
    });
    expect(calls).toEqual(["explain", "explain"]);
  });
});
