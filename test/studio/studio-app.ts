import { createAuthSchema } from "auth-dynamodb/better-auth";
import { pushSchema } from "auth-dynamodb/setup";
import { organization } from "better-auth/plugins";
import { apiKey } from "@better-auth/api-key";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { layoutsOf } from "../../orm/dynamodb/layout/model-layout.ts";
import { compileManifest } from "../../orm/schema/compile-manifest.ts";
import type { RecordValues } from "../../orm/values/normalize.ts";
import { answer, lines } from "../../cli/studio/calls.ts";
import { studioOf, type Studio } from "../../cli/studio/studio.ts";
import { seed } from "../support/seed.ts";

export const schema = createAuthSchema(
  { plugins: [organization(), apiKey()] },
  { indexes: { verification: [{ on: [], orderBy: "expiresAt" }] } },
);

const DAY = 86_400_000;
export const ADA = "ada@example.com";
/** A name that would be markup, if anybody let it. */
export const HOSTILE = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

interface Row {
  readonly model: string;
  readonly data: RecordValues;
}

/** A user with three sessions, two accounts, an organization, a key; and one whose name is markup. */
export function people(now = Date.now()): Row[] {
  const times = { createdAt: new Date(now - DAY), updatedAt: new Date(now - DAY) };
  const session = (n: number, userId: string): Row => ({
    model: "session",
    data: {
      ...times,
      id: `${userId}-session-${n}`,
      createdAt: new Date(now - n * DAY),
      expiresAt: new Date(now + 7 * DAY),
      token: `secret-token-of-${userId}-${n}`,
      ipAddress: `192.0.2.${n}`,
      userAgent: "Firefox on Linux",
      userId,
    },
  });
  const account = (providerId: string, more: RecordValues = {}): Row => ({
    model: "account",
    data: { ...times, id: `ada-${providerId}`, providerId, accountId: `${providerId}-1`, userId: "ada", ...more },
  });
  return [
    { model: "user", data: { ...times, id: "ada", email: ADA, name: "Ada Lovelace", emailVerified: true } },
    { model: "user", data: { ...times, id: "eve", email: "eve@example.com", name: HOSTILE, emailVerified: false } },
    ...[1, 2, 3].map((n) => session(n, "ada")),
    session(1, "eve"),
    account("credential", { password: "hash-of-a-password" }),
    account("google", { accessToken: "google-access-token" }),
    {
      model: "organization",
      data: { id: "engines", name: "Analytical Engines", slug: "engines", createdAt: new Date(now) },
    },
    {
      model: "member",
      data: { id: "ada-engines", organizationId: "engines", userId: "ada", role: "owner", createdAt: new Date(now) },
    },
    {
      model: "apikey",
      data: {
        ...times,
        id: "ada-key",
        key: "hash-of-a-key",
        start: "ba_12",
        name: "CI",
        referenceId: "ada",
        configId: "default",
      },
    },
  ];
}

/** Tables with those people in them. */
export async function createPeople(client: DynamoDBClient, table: string, more: readonly Row[] = []): Promise<void> {
  await pushSchema({ schema, client, table });
  await seed(client, schema, { table }, [...people(), ...more]);
}

/** A studio over one table, without a server. */
export function openStudio(client: DynamoDBClient, table: string, more: Partial<Studio> = {}): Studio {
  const target = { schema, client, naming: { table }, source: "a test" };
  return studioOf({ target, connection: "Local DynamoDB", readOnly: false, showSecrets: false, ...more });
}

/** Calls a studio as its page does. */
export function caller(studio: Studio) {
  return {
    // Of the shape that each test knows.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    call: async (name: string, body: Record<string, unknown> = {}): Promise<{ status: number; answer: any }> => {
      const { status, answer: given } = await answer(studio, name, body);
      // What the page gets is JSON.
      return { status, answer: JSON.parse(JSON.stringify(given)) as unknown };
    },
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    job: async (name: string): Promise<any> => {
      let last: unknown;
      for await (const line of lines(studio, name, {}, new AbortController().signal)) last = line;
      return JSON.parse(JSON.stringify(last)) as unknown;
    },
  };
}

/** The layouts of the table, for who looks at its items. */
export const layoutsIn = (table: string) => layoutsOf(compileManifest(schema), { table });
