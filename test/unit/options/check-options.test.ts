import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBAdapter, createAuthJsSchema, importFromAuthJsDynamoDB } from "auth-dynamodb/authjs";
import { createAuthSchema, dynamodbAdapter } from "auth-dynamodb/better-auth";
import { createDriverFromRuntime, createOrmFromRuntime } from "auth-dynamodb/runtime";
import { dynamodbRateLimit, dynamodbSecondaryStorage } from "auth-dynamodb/storage";
import { createDynamodbDriver, createMemoryDriver, createOrm } from "auth-dynamodb";
import {
  applySchema,
  auditStorage,
  bootstrapDatabase,
  cdkTemplate,
  cloudFormationTemplate,
  copyTables,
  pushSchema,
  renderTemplate,
  samTemplate,
  storageStats,
  terraformTemplate,
} from "auth-dynamodb/setup";
import { afterEach, describe, expect, it } from "vitest";
import { defineSchema, model, tableName, type Model } from "../../../orm/schema/model.ts";
import { id, numericId, string } from "../../../orm/schema/fields.ts";

const schema = defineSchema({ user: model({ table: "users", fields: { id: id(), email: string() } }) });

let sent = 0;
const client = new DynamoDBClient({
  region: "us-east-1",
  endpoint: "http://127.0.0.1:9",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  maxAttempts: 1,
});
client.middlewareStack.add((next) => (args) => (sent++, next(args)), { step: "initialize" });

afterEach(() => {
  sent = 0;
});

type Options = Readonly<Record<string, unknown>>;

/** Every function that takes options, called as from JavaScript. */
const FUNCTIONS: Readonly<Record<string, (options: Options) => unknown>> = {
  createOrm: (options) => createOrm({ schema, driver: createMemoryDriver(), ...options }),
  createDynamodbDriver: (options) => createDynamodbDriver({ client, ...options }),
  createDriverFromRuntime: (options) => createDriverFromRuntime({ schema, client, ...options }),
  createOrmFromRuntime: (options) => createOrmFromRuntime({ schema, client, ...options }),
  bootstrapDatabase: (options) => bootstrapDatabase({ schema, client, ...options }),
  pushSchema: (options) => pushSchema({ schema, client, ...options }),
  applySchema: (options) => applySchema({ schema, client, ...options }),
  auditStorage: (options) => auditStorage({ schema, client, ...options }).next(),
  storageStats: (options) => storageStats({ schema, client, ...options }),
  copyTables: (options) => copyTables({ schema, from: { client, table: "old" }, to: { client }, ...options }),
  cloudFormationTemplate: (options) => cloudFormationTemplate({ schema, ...options }),
  samTemplate: (options) => samTemplate({ schema, ...options }),
  terraformTemplate: (options) => terraformTemplate({ schema, ...options }),
  cdkTemplate: (options) => cdkTemplate({ schema, ...options }),
  renderTemplate: (options) => renderTemplate("cloudformation", { schema, ...options }),
  dynamodbAdapter: (options) => dynamodbAdapter({ client, ...options }),
  "dynamodbAdapter(client, options)": (options) => dynamodbAdapter(client, options),
  DynamoDBAdapter: (options) => DynamoDBAdapter({ client, ...options }),
  "DynamoDBAdapter(client, options)": (options) => DynamoDBAdapter(client, options),
  createAuthSchema: (options) => createAuthSchema({}, options),
  createAuthJsSchema: (options) => createAuthJsSchema(options),
  importFromAuthJsDynamoDB: (options) => importFromAuthJsDynamoDB({ from: { client }, to: { client }, ...options }),
  dynamodbRateLimit: (options) => dynamodbRateLimit({ client, ...options }),
  dynamodbSecondaryStorage: (options) => dynamodbSecondaryStorage({ client, ...options }),
};

/** What a call threw, or rejected with, and that nothing was sent before. */
async function refusal(name: string, options: Options): Promise<unknown> {
  let error: unknown;
  try {
    await FUNCTIONS[name]!(options);
  } catch (thrown) {
    error = thrown;
  }
  expect(sent).toBe(0);
  return error;
}

const invalidOption = (option: string, ...texts: readonly string[]) =>
  expect.objectContaining({
    code: "INVALID_OPTION",
    meta: { target: [option] },
    message: expect.toSatisfy((message: string) => texts.every((text) => message.includes(text))) as string,
  }) as unknown;

describe.each(Object.keys(FUNCTIONS))("%s", (name) => {
  it("refuses options that it does not have, undefined ones, too", async () => {
    for (const value of ["secret_", undefined]) {
      for (const option of ["tablesPrefix", "tableName", "toString", "constructor"]) {
        const error = await refusal(name, { [option]: value });
        expect(error).toEqual(invalidOption(option, `no option "${option}"`, "There are"));
        expect((error as Error).message).not.toContain("secret_");
      }
    }
  });
});

const LIST: readonly (readonly [string, readonly string[]])[] = [
  ["createDynamodbDriver", ["client", "tablePrefix", "transactions", "contentionBudget"]],
  ["pushSchema", ["schema", "tablePrefix", "kmsKeyId", "drop", "onDuplicates"]],
  ["dynamodbAdapter", ["client", "tablePrefix", "usePlural", "clusterBy", "transaction"]],
  ["createAuthSchema", ["usePlural", "indexes", "clusterBy", "expiry"]],
  ["DynamoDBAdapter", ["client", "tablePrefix", "user", "session", "account"]],
];

it.each(LIST)("an unknown option of %s is answered with those that there are", async (name, options) => {
  expect(await refusal(name, { tabel: "auth" })).toEqual(invalidOption("tabel", name, ...options));
});

/** Values that an option cannot have, by the functions that have it. */
const NAMING: readonly (readonly [string, unknown])[] = [
  ["table", 1],
  ["tablePrefix", true],
  ["tables", ["user"]],
  ["tables", { user: 1 }],
];
const STORAGE = [
  ...NAMING,
  ["consistency", "Eventual"],
  ["consistency", true],
  ["scans", "never"],
  ["scans", null],
  ["contentionBudget", 0],
  ["contentionBudget", -1],
  ["contentionBudget", Number.NaN],
  ["contentionBudget", "1000"],
  ["homeRegion", ["eu-west-1"]],
  ["onRequest", {}],
  ["logger", () => undefined],
] as const;
const DRIVER = [...STORAGE, ["transactions", true], ["transactions", "on"], ["documentClient", {}]] as const;
const RUNTIME = [...DRIVER, ["schema", {}], ["dynamodb", "auth"]] as const;
const SETTINGS = [
  ...NAMING,
  ["schema", null],
  ["pointInTimeRecovery", "yes"],
  ["deletionProtection", 1],
  ["tableClass", "standard"],
  ["kmsKeyId", {}],
  ["tags", { team: 1 }],
] as const;
const JOB = [...NAMING, ["resume", 1], ["signal", {}], ["client", {}]] as const;
const AUTH_SCHEMA = [
  ["usePlural", "yes"],
  ["indexes", { user: "companyId" }],
  ["indexes", [["companyId"]]],
  ["clusterBy", { member: 1 }],
  ["clusterBy", { verification: { on: "identifier" } }],
  ["clusterBy", { verification: { on: "identifier", orderBy: "createdAt", shards: 2 } }],
  ["expiry", "session"],
  ["expiry", { session: "yes" }],
] as const;

const WRONG: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  createOrm: [
    ["driver", {}],
    ["schema", []],
  ],
  createDynamodbDriver: [...DRIVER, ["client", {}], ["client", null]],
  createDriverFromRuntime: RUNTIME,
  createOrmFromRuntime: RUNTIME,
  bootstrapDatabase: RUNTIME,
  pushSchema: [...SETTINGS, ["dryRun", "yes"], ["backfill", "some"], ["drop", "unique:email"], ["drop", [1]]],
  applySchema: [...SETTINGS, ["dryRun", 1], ["dynamodb", []]],
  auditStorage: [...JOB, ["repair", "yes"], ["pageSize", 0], ["pageSize", 1.5]],
  storageStats: [...JOB, ["count", "no"], ["onProgress", true]],
  copyTables: [
    ["from", "old"],
    ["dryRun", "yes"],
  ],
  cloudFormationTemplate: [...SETTINGS, ["allowScan", "yes"]],
  terraformTemplate: SETTINGS,
  cdkTemplate: SETTINGS,
  samTemplate: SETTINGS,
  dynamodbAdapter: [...STORAGE, ...AUTH_SCHEMA, ["debugLogs", "yes"], ["transaction", "atomic"]],
  createAuthSchema: AUTH_SCHEMA,
  DynamoDBAdapter: [...STORAGE, ["user", ["name"]], ["session", true]],
  createAuthJsSchema: [["account", "extra"]],
  importFromAuthJsDynamoDB: [
    ["pageSize", "100"],
    ["from", null],
  ],
  dynamodbRateLimit: [...NAMING, ["homeRegion", 1], ["onRequest", "log"]],
  dynamodbSecondaryStorage: [...NAMING, ["homeRegion", 1], ["onRequest", "log"]],
};

describe.each(Object.entries(WRONG))("%s", (name, options) => {
  it.each(options)("refuses a value that %s cannot have: %j", async (option, value) => {
    expect(await refusal(name, { [option]: value })).toEqual(invalidOption(option, `${option} of `, "must be"));
  });
});

describe("the message of a wrong value", () => {
  it.each([
    ["scans", "never", '"warn", "allow" or "refuse"', "a string"],
    ["transactions", true, '"atomic" or "off"', "a boolean"],
    ["consistency", "Eventual", '"strong" or "eventual"', "a string"],
    ["contentionBudget", -17, "a number above zero", "a number"],
    ["tables", ["people"], "an object of strings", "an array"],
    ["logger", null, "the method warn", "null"],
  ])("of %s says what it must be and the type of what was given, not the value", async (option, value, must, type) => {
    const error = await refusal("createDynamodbDriver", { [option]: value });
    expect(error).toEqual(invalidOption(option, must, `it was given ${type}.`));
    expect((error as Error).message).not.toMatch(/never|Eventual|-17|people/);
  });
});

describe("options inside of options", () => {
  it.each([
    ["createOrmFromRuntime", { dynamodb: { scans: "never" } }, "dynamodb.scans"],
    ["createOrmFromRuntime", { dynamodb: { tabel: "auth" } }, "dynamodb.tabel"],
    ["pushSchema", { dynamodb: { tabel: "auth" } }, "dynamodb.tabel"],
    ["copyTables", { from: { client, tabel: "old" } }, "from.tabel"],
    ["copyTables", { to: { client, tablePrefix: 1 } }, "to.tablePrefix"],
    ["dynamodbAdapter", { transaction: { retry: 3 } }, "transaction.retry"],
    ["dynamodbAdapter", { transaction: { retries: -1 } }, "transaction.retries"],
    ["DynamoDBAdapter", { user: { fields: {} } }, "user.fields"],
    ["createAuthJsSchema", { user: { additionalFields: "role" } }, "user.additionalFields"],
    ["importFromAuthJsDynamoDB", { from: { client, tableName: "next-auth" } }, "from.tableName"],
    ["importFromAuthJsDynamoDB", { to: { client, scans: "never" } }, "to.scans"],
  ])("of %s are checked, too: %#", async (name, options, target) => {
    expect(await refusal(name, options)).toEqual(invalidOption(target, target));
  });
});

describe("options that are let pass", () => {
  const storage = {
    ...{ tablePrefix: "auth_", table: undefined, tables: undefined, consistency: "eventual", scans: "refuse" },
    ...{ contentionBudget: 500, homeRegion: "eu-west-1", onRequest: () => undefined, logger: console },
  };

  it("are undefined ones", () => {
    const nothing = Object.fromEntries(DRIVER.map(([option]) => [option, undefined]));
    expect(() => createDynamodbDriver({ client, ...nothing })).not.toThrow();
    expect(() => createAuthSchema({}, undefined)).not.toThrow();
    expect(() => createAuthJsSchema(undefined)).not.toThrow();
    expect(() => dynamodbAdapter(client, undefined)).not.toThrow();
  });

  it.each(["createDynamodbDriver", "createOrmFromRuntime", "dynamodbAdapter", "DynamoDBAdapter"])(
    "are those of %s",
    async (name) => {
      expect(await refusal(name, storage)).toBeUndefined();
    },
  );

  it.each([
    ...["dynamodbRateLimit", "dynamodbSecondaryStorage", "createAuthSchema", "createAuthJsSchema"],
    ...["cloudFormationTemplate", "terraformTemplate", "cdkTemplate", "samTemplate"],
  ])("are those of one configuration that %s shares with others", async (name) => {
    expect(await refusal(name, storage)).toBeUndefined();
  });

  it.each(["pushSchema", "applySchema", "auditStorage", "storageStats", "bootstrapDatabase"])(
    "are those of one configuration that %s shares with others, at the engine, too",
    async (name) => {
      const error = await Promise.resolve(FUNCTIONS[name]!(storage)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toMatchObject({ code: "INVALID_OPTION" });
      expect(sent).toBeGreaterThan(0);
    },
  );

  it.each(["pushSchema", "applySchema", "auditStorage", "storageStats"])(
    "are an adapter's own, spread into %s",
    async (name) => {
      const adapter = { transaction: false, usePlural: true, user: { additionalFields: {} } };
      const error = await Promise.resolve(FUNCTIONS[name]!(adapter)).catch((thrown: unknown) => thrown);
      expect(error).not.toMatchObject({ code: "INVALID_OPTION" });
      expect(sent).toBeGreaterThan(0);
    },
  );

  it("are an adapter's own, spread into the driver's, but for one that could be meant for the driver", async () => {
    for (const name of ["createDynamodbDriver", "createDriverFromRuntime", "createOrmFromRuntime"]) {
      expect(await refusal(name, { usePlural: true, user: { additionalFields: {} } })).toBeUndefined();
      expect(await refusal(name, { transaction: false })).toEqual(invalidOption("transaction", "transactions"));
    }
  });

  it("are the adapter's for its storages and its schema", async () => {
    const adapter = { ...storage, usePlural: true, transaction: { retries: 0 }, debugLogs: { create: true } };
    const layout = { indexes: { user: [["name"]] }, clusterBy: { member: ["userId"] }, expiry: { session: false } };
    for (const name of ["dynamodbAdapter", "createAuthSchema", "dynamodbRateLimit", "dynamodbSecondaryStorage"])
      expect(await refusal(name, { ...adapter, ...layout }), name).toBeUndefined();
  });
});

it("what is no object of options is refused", () => {
  for (const options of [null, "auth", [], 1]) {
    expect(() => createDynamodbDriver(options as never)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTION", meta: {} }) as Error,
    );
  }
});

describe("a schema that no ORM could use", () => {
  const SCHEMAS: Readonly<Record<string, readonly [Record<string, Model>, string]>> = {
    "generated ids": [
      { a: model({ table: "a-a", fields: { id: numericId({ generated: "increment" }) } }) },
      "does not generate integer ids",
    ],
    "tables of two schemas": [
      {
        a: model({ table: tableName("users", { schema: "one" }), fields: { id: id() } }),
        b: model({ table: tableName("users", { schema: "two" }), fields: { id: id() } }),
      },
      '"one_users"',
    ],
    "a model of a name that the client has": [
      { transaction: model({ table: "a-a", fields: { id: id() } }) },
      '"transaction"',
    ],
  };
  const USERS = [
    ...["createOrmFromRuntime", "bootstrapDatabase", "pushSchema", "applySchema", "auditStorage", "storageStats"],
    ...["copyTables", "cloudFormationTemplate", "samTemplate", "terraformTemplate", "cdkTemplate", "renderTemplate"],
  ];

  it.each(USERS.flatMap((name) => Object.entries(SCHEMAS).map(([kind, one]) => [name, kind, ...one] as const)))(
    "is refused by %s: %s",
    async (name, _kind, models, text) => {
      expect(await refusal(name, { schema: defineSchema(models) })).toMatchObject({
        code: "INVALID_SCHEMA",
        message: expect.stringContaining(text) as string,
      });
    },
  );
});
