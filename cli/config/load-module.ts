import { createJiti } from "jiti";
import { isOrmError } from "../../orm/errors.ts";
import { UsageError } from "../exit-codes.ts";
import { compile } from "./compile.ts";
import { frameworkAliases, frameworkModules } from "./framework-modules.ts";

/** Loads a module of the application, in TypeScript or JavaScript, with the path aliases of its tsconfig.json. */
export async function loadModule(file: string): Promise<Record<string, unknown>> {
  const jiti = createJiti(file, {
    interopDefault: false,
    tsconfigPaths: true,
    jsx: true,
    transform: compile,
    fsCache: false,
    virtualModules: frameworkModules(),
    alias: frameworkAliases(process.cwd()),
  });
  try {
    return await jiti.import<Record<string, unknown>>(file);
  } catch (error) {
    // What the adapter refuses is a mistake in the file, and says so itself.
    if (isOrmError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `"${file}" cannot be loaded: ${reason.replace(/\n[^]*$/, "").replace(/\.$/, "")}. ${adviceOn(error)}`,
      {
        cause: error,
      },
    );
  }
}

const NOT_FOUND: ReadonlySet<unknown> = new Set(["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"]);

function adviceOn(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return NOT_FOUND.has(code)
    ? 'Install the package, or name the alias under "paths" in tsconfig.json.'
    : 'The file must load outside of its framework: where it cannot, export a "schema" and its "client" from ' +
        "auth-dynamodb.config.ts and name that with --config.";
}
