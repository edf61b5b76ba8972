import { parse } from "es-module-lexer/js";
import type { TransformOptions, TransformResult } from "jiti";
import { transform, type Transform } from "sucrase";

/** Marks a specifier whose module is waited for. */
const AWAITED = "jiti-awaited:";

/** What a module is, as `import.meta` tells it, in a CommonJS wrapper. */
const META =
  '({ url: require("node:url").pathToFileURL(__filename).href, filename: __filename, dirname: __dirname, ' +
  "env: process.env })";

/** What is imported, as compiled code takes it: of a CommonJS module, members that Node does not see count, too. */
const NAMESPACE =
  "const __namespace = (m) => m && m.__esModule ? m : m && m[Symbol.toStringTag] === 'Module' " +
  "? { ...(Object(m.default) === m.default ? m.default : {}), ...m, __esModule: true } : m;";

/**
 * Compiles a module of the application for the loader, which runs it in a function: types go, and imports become calls
 * that are waited for, so that a module and those that it imports may use `await` at their top.
 */
export function compile({ source, filename = "", ts, jsx, async: waits }: TransformOptions): TransformResult {
  const syntax: Transform[] = [...(ts ? (["typescript"] as const) : []), ...(jsx || !ts ? (["jsx"] as const) : [])];
  const options = { filePath: filename, production: true, jsxRuntime: "automatic" as const };
  const typeless = transform(source, { ...options, transforms: syntax, disableESTransforms: true }).code;
  const marked = waits ? awaited(typeless, filename) : typeless;
  const { code } = transform(marked, { ...options, transforms: ["imports"], preserveDynamicImport: waits });
  const calls = code.replaceAll(
    new RegExp(`require\\((['"])${AWAITED}(.*?)\\1\\)`, "g"),
    (_, quote: string, specifier: string) => `__namespace(await jitiImport(${quote}${specifier}${quote}))`,
  );
  return { code: waits ? `${NAMESPACE}${calls}` : calls };
}

/** Marks a module's static imports, and replaces what only a module may say. */
function awaited(code: string, filename: string): string {
  const [imports] = parse(code, filename);
  let result = code;
  // From the end, so that positions stay.
  for (const { d, s, e, ss, se } of imports.toReversed()) {
    if (d === -2) result = `${result.slice(0, ss)}${META}${result.slice(se)}`;
    else if (d === -1) result = `${result.slice(0, s)}${AWAITED}${result.slice(s, e)}${result.slice(e)}`;
    else result = `${result.slice(0, ss)}jitiImport${result.slice(ss + "import".length)}`;
  }
  return result;
}
