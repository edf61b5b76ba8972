import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { assetsOf, type Assets } from "../../cli/studio/http/assets.ts";

const PAGE = fileURLToPath(new URL("../../cli/studio/page/", import.meta.url));

let built: Promise<Assets> | undefined;

/** The studio's page from its sources, built once for a file of tests. */
export function pageAssets(): Promise<Assets> {
  return (built ??= buildPage());
}

async function buildPage(): Promise<Assets> {
  const { outputFiles } = await build({
    absWorkingDir: PAGE,
    entryPoints: { page: "main.tsx" },
    outdir: "out",
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    platform: "browser",
    logLevel: "silent",
  });
  const text = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "";
  return assetsOf(text(".js"), text(".css"));
}
