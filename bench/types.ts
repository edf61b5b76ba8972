/**
 * Measures what the schema's types cost the compiler: writes a schema of many models, each of them
 * used with every operation, and compiles it.
 *
 *   npx tsx bench/types.ts [models]
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MODELS = Number(process.argv[2] ?? 60);
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = `${root}node_modules/.cache/types-bench`;

const name = (i: number) => `model${(i + MODELS) % MODELS}`;

const model = (i: number) => `  ${name(i)}: model({
    table: "${name(i)}",
    fields: {
      id: id(), email: string().unique(), name: string().nullable(), role: enumeration(["a", "b", "c"]).default("a"),
      active: boolean().default(true), visits: integer().default(0), score: number().nullable(),
      serial: bigint().nullable(), price: decimal().nullable(), data: json<{ a: number }>().nullable(),
      createdAt: datetime().defaultNow(), expiresAt: datetime().nullable(),
      parentId: string().references("${name(i - 1)}.id"),
      otherId: string().references("${name(i + 7)}.id"),
    },
    relations: {
      parent: belongsTo("${name(i - 1)}", { foreignKey: "parentId" }),
      other: belongsTo("${name(i + 7)}", { foreignKey: "otherId" }),
      children: hasMany("${name(i + 1)}", { foreignKey: "parentId" }),
    },
    constraints: { unique: [["parentId", "otherId"]], indexes: [{ on: ["parentId"], orderBy: "createdAt" }] },
  }),`;

const use = (i: number) => `export async function use${i}() {
  const found = await orm.${name(i)}.findUnique({
    where: { parentId: "a", otherId: "b" },
    select: { id: true, children: { select: { id: true, parent: true }, take: 2 } },
  });
  const first: string | undefined = found?.children[0]?.parent?.email;
  const many = await orm.${name(i)}.findMany({
    where: { OR: [{ email: { contains: "a" } }, { visits: { gt: 1 } }], createdAt: { lt: new Date() } },
    orderBy: { createdAt: "desc" },
  });
  await orm.${name(i)}.create({ data: { email: "a", parentId: "a", otherId: "b" } });
  await orm.${name(i)}.update({ where: { id: "a" }, data: { name: "b" } });
  await orm.${name(i)}.upsert({ where: { email: "a" }, create: { parentId: "a", otherId: "b" }, update: {} });
  await orm.${name(i)}.increment({ where: { id: "a" }, increment: { visits: 1 } });
  return [first, many[0]?.createdAt];
}`;

const indices = Array.from({ length: MODELS }, (_, i) => i);
const from = (path: string) => JSON.stringify(`${root}orm/${path}`);
mkdirSync(folder, { recursive: true });
writeFileSync(
  `${folder}/schema.ts`,
  `import { createOrm } from ${from("client/create-orm.ts")};
import { createMemoryDriver } from ${from("memory/driver.ts")};
import {
  bigint, boolean, datetime, decimal, enumeration, id, integer, json, number, string,
} from ${from("schema/fields.ts")};
import { defineSchema, model } from ${from("schema/model.ts")};
import { belongsTo, hasMany } from ${from("schema/relations.ts")};
const schema = defineSchema({
${indices.map(model).join("\n")}
});
const orm = createOrm({ schema, driver: createMemoryDriver() });
${indices.map(use).join("\n")}
`,
);
writeFileSync(
  `${folder}/tsconfig.json`,
  JSON.stringify({
    extends: `${root}tsconfig.json`,
    compilerOptions: { types: ["node"], typeRoots: [`${root}node_modules/@types`] },
    include: [],
    files: ["schema.ts"],
  }),
);
const output = execFileSync(`${root}node_modules/.bin/tsc`, ["-p", folder, "--noEmit", "--extendedDiagnostics"], {
  encoding: "utf8",
});
for (const line of output.split("\n")) {
  if (/^(Types|Instantiations|Memory used|Check time|Total time)/.test(line)) console.log(line);
}
rmSync(folder, { recursive: true });
