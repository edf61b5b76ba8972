import { rmSync } from "node:fs";

const DIST = new URL("../../dist/", import.meta.url);

// vitest is ESM only: a CommonJS side of the entry that imports it could not be loaded.
for (const file of ["testing.cjs", "testing.d.cts"]) rmSync(new URL(file, DIST));
