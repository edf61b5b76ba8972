import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "dotenv";

/** What Better Auth's own command line reads. Of two that name one variable, the later counts. */
const FILES = [".env", ".env.local"];

/** Reads a folder's environment files, as frameworks do for the application itself. What is set already stays. */
export function loadEnvFiles(folder = process.cwd(), env: NodeJS.ProcessEnv = process.env): readonly string[] {
  const found = FILES.filter((file) => existsSync(join(folder, file)));
  const values = Object.assign({}, ...found.map((file) => parse(readFileSync(join(folder, file))))) as Record<
    string,
    string
  >;
  for (const [name, value] of Object.entries(values)) env[name] ??= value;
  return found;
}
