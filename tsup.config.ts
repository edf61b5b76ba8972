import { readdirSync } from "node:fs";
import { defineConfig } from "tsup";

// One entry per file of src/: each is a public subpath of the package.
const entry = Object.fromEntries(
  readdirSync(new URL("./src/", import.meta.url))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => [file.replace(/\.ts$/, ""), `src/${file}`]),
);

export default defineConfig({
  entry,
  format: ["esm", "cjs"],
  target: "node20",
  platform: "node",
  dts: true,
  splitting: true,
  treeshake: true,
  sourcemap: true,
  clean: true,
  external: [/^@aws-sdk\//, /^better-auth(\/|$)/, /^@better-auth\//, /^@auth\/core(\/|$)/, /^vitest(\/|$)/],
});
