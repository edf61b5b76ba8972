import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** Static imports and exports, dynamic imports and import types of relative files. */
const IMPORTS = /^(?:import|export)\s[^;"']*?from\s+"(\.[^"]+)"|^import\s+"(\.[^"]+)"|\bimport\(\s*"(\.[^"]+)"\s*\)/gm;

/** @type {Map<string, { time: number, imports: string[] }>} */
const known = new Map();

/**
 * The relative files that a text imports, types included.
 *
 * @param {string} text
 * @param {string} file an absolute path
 */
function importsOf(text, file) {
  return [...text.matchAll(IMPORTS)].map((found) =>
    path.resolve(path.dirname(file), found[1] ?? found[2] ?? found[3] ?? ""),
  );
}

/**
 * What a file imports, read once for each version of it.
 *
 * @param {string} file
 */
function importsOfFile(file) {
  if (!existsSync(file)) return [];
  const time = statSync(file).mtimeMs;
  const before = known.get(file);
  if (before?.time === time) return before.imports;
  const imports = importsOf(readFileSync(file, "utf8"), file);
  known.set(file, { time, imports });
  return imports;
}

/**
 * The shortest way back along imports, from a file that `origin` imports to `origin`. Undefined where there is none.
 *
 * @param {string} origin
 * @param {string} imported
 */
export function circle(origin, imported) {
  /** @type {Map<string, string | undefined>} */
  const cameFrom = new Map([[imported, undefined]]);
  // A Map may grow while it is gone through: breadth first.
  for (const file of cameFrom.keys()) {
    if (file === origin) return wayTo(file, cameFrom);
    for (const next of importsOfFile(file)) if (!cameFrom.has(next)) cameFrom.set(next, file);
  }
  return undefined;
}

/**
 * @param {string} end
 * @param {Map<string, string | undefined>} cameFrom
 */
function wayTo(end, cameFrom) {
  const way = [];
  for (/** @type {string | undefined} */ let file = end; file !== undefined; file = cameFrom.get(file))
    way.unshift(file);
  return way;
}
