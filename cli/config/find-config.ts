import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "../exit-codes.ts";

/**
 * Where Better Auth's own command line looks, in its order, and ours; authjs.ts is a name that users of Auth.js give.
 */
const FOLDERS = ["", "lib/server", "server/auth", "server", "auth", "lib", "utils", "config", "db"];
const ROOTS = ["", "src/", "app/"];
const NAMES = ["auth-dynamodb.config", "auth", "auth.server", "auth/index", "auth/index.server", "authjs"];
const EXTENSIONS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".tsx", ".jsx"];

/** The file that says how the tables are laid out: the one given, or the first that is there. */
export function findConfig(folder: string, given: string | undefined): string | undefined {
  if (given !== undefined) return givenConfig(folder, given);
  for (const root of ROOTS) {
    for (const inner of FOLDERS) {
      for (const name of NAMES) {
        for (const extension of EXTENSIONS) {
          const file = join(folder, root, inner, name + extension);
          if (existsSync(file)) return file;
        }
      }
    }
  }
  return undefined;
}

/** The file that was named. */
export function givenConfig(folder: string, given: string): string {
  const file = resolve(folder, given);
  if (existsSync(file)) return file;
  throw new UsageError(`There is no file "${given}" in ${folder}.`);
}
