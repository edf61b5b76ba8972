import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A folder of an application, with what is installed here, that goes with the test. Files by their paths. */
export function applicationFolder(
  files: Readonly<Record<string, string>>,
  paths: Record<string, string[]> = {},
): string {
  const folder = mkdtempSync(join(tmpdir(), "application-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const ours = { "auth-dynamodb": [`${ROOT}src/index.ts`], "auth-dynamodb/*": [`${ROOT}src/*.ts`] };
  const tsconfig = JSON.stringify({ compilerOptions: { paths: { ...ours, ...paths } } });
  for (const [file, text] of Object.entries({ "tsconfig.json": tsconfig, ...files })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

/** A file that exports a client and a schema of one table, beside what a test adds. */
export function ownSchema(client: string, more = ""): string {
  return `${more}
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { defineSchema, id, model, string } from "auth-dynamodb";
export const schema = defineSchema({ user: model({ table: "users", fields: { id: id(), email: string().unique() } }) });
export const client = new DynamoDBClient(${client});
export const tablePrefix = process.env["TEST_PREFIX"];
`;
}
