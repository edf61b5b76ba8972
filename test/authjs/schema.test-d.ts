// Checked by the compiler only: `npm run typecheck`.
import type { Adapter } from "@auth/core/adapters";
import { createMemoryDriver } from "auth-dynamodb/memory";
import { createAuthJsSchema, DynamoDBAdapter } from "auth-dynamodb/authjs";
import { createOrm, integer, string } from "auth-dynamodb";
import { expectTypeOf } from "vitest";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});
const options = { user: { additionalFields: { role: string().default("user"), level: integer().nullable() } } };

// What Auth.js takes, with every method there.
expectTypeOf(DynamoDBAdapter({ client, ...options })).toExtend<Adapter>();
expectTypeOf(DynamoDBAdapter({ client }).getUser).toBeFunction();

// The ORM's client knows the built-in fields, the application's own, and the relations.
const orm = createOrm({ schema: createAuthJsSchema(options), driver: createMemoryDriver() });
const user = (await orm.user.findUnique({
  where: { email: "ada@example.com" },
  select: {
    id: true,
    email: true,
    emailVerified: true,
    role: true,
    level: true,
    accounts: { select: { provider: true } },
  },
}))!;
expectTypeOf(user).toEqualTypeOf<{
  id: string;
  email: string | null;
  emailVerified: Date | null;
  role: string;
  level: number | null;
  accounts: { provider: string }[];
}>();
await orm.account.findUnique({ where: { provider: "github", providerAccountId: "1" } });
await orm.session.update({ where: { sessionToken: "t" }, data: { expires: new Date() } });
await orm.user.create({ data: { email: "a@example.com" } });
// @ts-expect-error a role is text
await orm.user.create({ data: { role: 1 } });
// @ts-expect-error nobody declared this field
await orm.session.update({ where: { sessionToken: "t" }, data: { role: "admin" } });
// @ts-expect-error half of the key
await orm.account.findUnique({ where: { provider: "github" } });

const plain = createOrm({ schema: createAuthJsSchema(), driver: createMemoryDriver() });
// @ts-expect-error not in this schema
await plain.user.create({ data: { role: "admin" } });
