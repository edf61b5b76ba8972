// The pictures of docs/pictures are drawn from the code and from measurements. When one changes on purpose:
// UPDATE_PICTURES=1 npx vitest run test/docs/pictures.test.ts
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createAuthSchema, dynamodbAdapter } from "auth-dynamodb/better-auth";
import { pushSchema } from "auth-dynamodb/setup";
import { betterAuth } from "better-auth";
import { describe, expect, it } from "vitest";
import { growthPicture } from "../../tools/pictures/growth.ts";
import { signUpPicture } from "../../tools/pictures/sign-up.ts";
import { storeysPicture } from "../../tools/pictures/storeys.ts";
import { writePathsPicture, type PictureRequest } from "../../tools/pictures/write-paths.ts";
import { engineNamed, uniquePrefix } from "../support/engines.ts";
import { readGrowth, SIZES } from "./growth-table.ts";

const FOLDER = fileURLToPath(new URL("../../docs/pictures/", import.meta.url));
const dynalite = engineNamed("dynalite");
const dynoxide = engineNamed("dynoxide");

function expectCurrent(name: string, drawn: string): void {
  if (process.env["UPDATE_PICTURES"]) writeFileSync(`${FOLDER}${name}.svg`, drawn);
  expect(readFileSync(`${FOLDER}${name}.svg`, "utf8")).toBe(drawn);
}

/** The requests of one sign-up. */
async function signUpOn(engine: NonNullable<typeof dynalite>): Promise<PictureRequest[]> {
  const client = engine.createClient();
  const table = `${uniquePrefix("pictures")}auth`;
  const requests: PictureRequest[] = [];
  const auth = betterAuth({
    secret: "a secret for tests that is long enough",
    baseURL: "http://localhost:3000",
    emailAndPassword: { enabled: true },
    database: dynamodbAdapter({
      ...{ client, table, logger: { warn: () => {} } },
      onRequest: (event) => void requests.push(event),
    }),
  });
  await pushSchema({ schema: createAuthSchema(auth.options), client, table });
  await auth.api.signUpEmail({ body: { email: "ada@example.com", password: "correct horse", name: "Ada" } });
  return requests;
}

describe("the pictures are current", () => {
  it("the places of a sign-up in a table", () => expectCurrent("sign-up", signUpPicture()));

  it("what grows", () => {
    const flows = readGrowth().map(({ flow, costs }) => ({
      flow,
      requests: new Map([...costs].map(([rows, { requests }]) => [rows, requests])),
    }));
    expectCurrent("growth", growthPicture(flows, SIZES));
  });

  it("the storeys", () => expectCurrent("storeys", storeysPicture()));

  if (dynalite && dynoxide)
    it("the two paths of a write", async () => {
      const [native, single] = await Promise.all([signUpOn(dynoxide), signUpOn(dynalite)]);
      expectCurrent("write-paths", writePathsPicture(native, single));
    });
});
