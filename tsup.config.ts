import { readdirSync, readFileSync } from "node:fs";
import { defineConfig, type Options } from "tsup";
import { licensesPlugin } from "./tools/build/licenses-plugin.ts";
import { sha256Plugin } from "./tools/build/sha256-plugin.ts";

// One entry per file of src/: each is a public subpath of the package.
const entry = Object.fromEntries(
  readdirSync(new URL("./src/", import.meta.url))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => [file.replace(/\.ts$/, ""), `src/${file}`]),
);

// Two that the package itself resolves: see "imports" in package.json.
const internal = {
  "internal/sha256-node": "orm/util/sha256.ts",
  "internal/sha256-portable": "orm/util/sha256-portable.ts",
};

const { version } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8")) as { version: string };

const external = [/^@aws-sdk\//, /^better-auth(\/|$)/, /^@better-auth\//, /^@auth\/core(\/|$)/, /^vitest(\/|$)/];

const library: Options = {
  entry: { ...entry, ...internal },
  format: ["esm", "cjs"],
  target: "node20",
  platform: "node",
  dts: { entry },
  splitting: true,
  treeshake: true,
  // "node:crypto" is what bundlers know as Node's own: a bare "crypto" may be any package.
  removeNodeProtocol: false,
  esbuildPlugins: [sha256Plugin, licensesPlugin("THIRD-PARTY-LICENSES.txt")],
  // Names stay: a stack trace reads without a map, and maps would be half of the package.
  esbuildOptions: (options) => {
    options.minifyWhitespace = true;
    options.minifySyntax = true;
  },
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
  // The page's build clears its own.
  clean: ["!studio/**"],
  external,
  // For the CommonJS modules built in, which require node's own.
  banner: {
    js:
      'import { createRequire as __createRequire } from "node:module"; const require = ' +
      "__createRequire(import.meta.url);",
  },
};

/** The page of the studio, which that command alone reads. */
const studioPage: Options = {
  entry: { page: "cli/studio/page/main.tsx" },
  outDir: "dist/cli/studio",
  format: ["esm"],
  target: "es2022",
  platform: "browser",
  minify: true,
  tsconfig: "cli/studio/page/tsconfig.json",
  esbuildPlugins: [licensesPlugin("THIRD-PARTY-LICENSES.txt")],
  clean: true,
};

export default defineConfig([library, commandLine, studioPage]);
