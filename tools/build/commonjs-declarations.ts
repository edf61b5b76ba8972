import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** Packages without a CommonJS side: a CommonJS declaration may only take types from them, and has to say so. */
const ESM_ONLY = /^(better-auth|@better-auth\/[^/]+|@auth\/core)(\/|$)/;

const DIST = new URL("../../dist/", import.meta.url);

/** Makes the imports of a `.d.cts` from packages that are ESM only ones that every version of TypeScript takes. */
for (const file of readdirSync(DIST).filter((name) => name.endsWith(".d.cts"))) {
  const text = readFileSync(new URL(file, DIST), "utf8");
  const changed = text.replace(
    /^import (type )?(.+?) from '([^']+)';$/gm,
    (whole, _: string | undefined, names: string, from: string) =>
      ESM_ONLY.test(from) ? `import type ${names} from '${from}' with { "resolution-mode": "import" };` : whole,
  );
  if (changed !== text) writeFileSync(new URL(file, DIST), changed);
}
