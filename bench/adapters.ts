/**
 * Measures this package beside other adapters that one could use, and beside the same storage written by hand on the
 * SDK, all on one Dynoxide engine. `npx tsx bench/adapters.ts [name]`; without a name it writes `results.md`.
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { startEngines } from "../test/support/start-engines.ts";

// Built as the package is: what runs TypeScript as it stands adds work of its own to each function.
const folder = fileURLToPath(new URL("../node_modules/.cache/adapters", import.meta.url));
await build({
  entryPoints: [fileURLToPath(new URL("adapters/run.ts", import.meta.url))],
  ...{ outdir: folder, bundle: true, splitting: true, format: "esm", platform: "node", target: "node20" },
  ...{ packages: "external", outExtension: { ".js": ".mjs" }, logLevel: "error" },
});
const { compareAdapters } = (await import(`${folder}/run.mjs`)) as typeof import("./adapters/run.ts");

const engines = await startEngines({ only: ["dynoxide"] });
const [only = ""] = process.argv.slice(2);
const started = performance.now();
const markdown = await compareAdapters(engines.engines[0]!.endpoint, only);
await engines.stop();
if (only === "") await writeFile(new URL("results.md", import.meta.url), markdown);
console.log(`${Math.round((performance.now() - started) / 1000)} seconds`);
