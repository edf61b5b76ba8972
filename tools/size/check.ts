import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Bytes of the package where it is installed. */
const UNPACKED = 2_500_000;
/** Bytes, compressed, of what an application loads for Better Auth beside the SDK and Better Auth themselves. */
const BETTER_AUTH = 30_000;
/** Bytes, compressed, of the studio's page, which no application loads: its script and its style. */
const STUDIO = 18_000;

const sizes = [
  { what: "unpacked", bytes: unpackedSize(), limit: UNPACKED },
  { what: "auth-dynamodb/better-auth, minified, gzip", bytes: await bundledSize("better-auth"), limit: BETTER_AUTH },
  { what: "the page of the studio, gzip", bytes: studioSize(), limit: STUDIO },
];
for (const { what, bytes, limit } of sizes) {
  console.log(`${bytes <= limit ? "ok" : "TOO LARGE"}: ${what}: ${bytes} of at most ${limit} bytes`);
  if (bytes > limit) process.exitCode = 1;
}

function studioSize(): number {
  return ["page.js", "page.css"]
    .map((file) => gzipSync(readFileSync(`${ROOT}dist/cli/studio/${file}`)).length)
    .reduce((sum, bytes) => sum + bytes, 0);
}

function unpackedSize(): number {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const report = execFileSync("npm", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const [packed] = JSON.parse(report) as [{ unpackedSize: number }];
  return packed.unpackedSize;
}

/** The entry's chunk with those that it loads at once; what is loaded when it is needed does not count. */
async function bundledSize(entry: string): Promise<number> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [`dist/${entry}.js`],
    outdir: "out",
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    platform: "node",
    external: ["@aws-sdk/*", "better-auth", "better-auth/*", "@better-auth/*"],
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const wanted = new Set([`out/${entry}.js`]);
  for (const file of wanted)
    for (const { kind, path, external } of metafile.outputs[file]?.imports ?? [])
      if (kind === "import-statement" && !external) wanted.add(path);
  // As one stream: where an application's bundler cuts it is not this package's size.
  const loaded = outputFiles.filter(({ path }) => wanted.has(path.slice(ROOT.length)));
  return gzipSync(Buffer.concat(loaded.map(({ contents }) => contents))).length;
}
