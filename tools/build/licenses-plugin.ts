import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** Writes the licenses of the packages that a build has taken in beside its output: their authors ask for no more. */
export function licensesPlugin(file: string): Plugin {
  return {
    name: "licenses",
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(({ metafile, errors }) => {
        const { outdir } = build.initialOptions;
        if (errors.length > 0 || !metafile || !outdir) return;
        const folders = new Set(Object.keys(metafile.inputs).flatMap((input) => packageFolder(path.resolve(input)) ?? []));
        // esbuild has not written there yet.
        mkdirSync(outdir, { recursive: true });
        writeFileSync(path.join(outdir, file), [...folders].sort().map(licenseText).join(`\n${"-".repeat(80)}\n\n`));
      });
    },
  };
}

function packageFolder(input: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(input)?.[0];
}

function licenseText(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Record<string, string>;
  const found = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (found === undefined) throw new Error(`${name} is built in and brings no license file.`);
  return `${name} ${version} (${license})\n\n${readFileSync(path.join(folder, found), "utf8").trim()}\n`;
}
