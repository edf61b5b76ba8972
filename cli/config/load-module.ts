import { createJiti } from "jiti/static";
import { UsageError } from "../exit-codes.ts";

/** Loads a module of the application, in TypeScript or JavaScript, with the path aliases of its tsconfig.json. */
export async function loadModule(file: string): Promise<Record<string, unknown>> {
  const jiti = createJiti(file, { interopDefault: false, tsconfigPaths: true, jsx: true });
  try {
    return await jiti.import<Record<string, unknown>>(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`"${file}" cannot be loaded: ${reason}`, { cause: error });
  }
}
