import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPacked } from "../support/packed-package.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Commands of the providers, which are not installed here. */
const LEFT_OUT = new Set(["auth-dynamodb", "aws-cdk"]);

/** Copies an example out of the repository, and installs it with the package as npm would publish it. */
export async function copyOut(example: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `${example}-`));
  cpSync(`${ROOT}examples/${example}`, folder, {
    recursive: true,
    // Of somebody who has tried it in its place.
    filter: (path) => !/\/(node_modules|cdk\.out|\.sst)$/.test(path),
  });
  const { dependencies, devDependencies } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8")) as Record<
    "dependencies" | "devDependencies",
    Record<string, string>
  >;
  const others = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !LEFT_OUT.has(name));
  await installPacked(folder, others);
  symlinkSync(`${ROOT}node_modules/.bin`, `${folder}/node_modules/.bin`);
  // By it tools find the folder and the package manager.
  writeFileSync(`${folder}/package-lock.json`, "{}");
  return folder;
}
