import { readdirSync, readFileSync } from "node:fs";
import { defineConfig, type Options } from "tsup";
import { licensesPlugin } from "./tools/build/licenses-plugin.ts";

// One entry per file of src/: each is a public subpath of the package.
const entry = Object.fromEntries(
  readdirSync(new URL("./src/", import.meta.url))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => [file.replace(/\.ts$/, ""), `src/${file}`]),
);

const { version } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8")) as { version: string };

const external = [/^@aws-sdk\//, /^better-auth(\/|$)/, /^@better-auth\//, /^@auth\/core(\/|$)/, /^vitest(\/|$)/];

const library: Options = {
  entry,
  format: ["esm", "cjs"],
  target: "node20",
  platform: "node",
  dts: true,
  splitting: true,
  treeshake: true,
  sourcemap: true,
  // The two builds run at once: each clears its own.
  clean: ["!cli/**"],
  external,
};

/** The command line. What it alone needs is built into it, so that the package has no dependencies. */
const commandLine: Options = {
  entry: { main: "cli/main.ts" },
  outDir: "dist/cli",
  format: ["esm"],
  target: "node20",
  platform: "node",
  splitting: true,
  minify: true,
  esbuildPlugins: [licensesPlugin("THIRD-PARTY-LICENSES.txt")],
  env: { AUTH_DYNAMODB_VERSION: version },
  clean: true,
  external,
  // For the CommonJS modules built in, which require node's own.
  banner: { js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);' },
};

// The tests of the command line build it alone, elsewhere.
const only = process.env["AUTH_DYNAMODB_CLI_OUT"];

export default defineConfig(only === undefined ? [library, commandLine] : [{ ...commandLine, outDir: only }]);
