import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** Packages that others bring inside of their own files, without their licences. */
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  jiti: ["acorn", "get-tsconfig", "mlly", "pathe", "resolve-pkg-maps", "ufo"],
};

/** Writes the licenses of the packages that a build has taken in beside its output: their authors ask for no more. */
export function licensesPlugin(file: string): Plugin {
  return {
    name: "licenses",
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(({ metafile, errors }) => {
        const { outdir } = build.initialOptions;
        if (errors.length > 0 || !metafile || !outdir) return;
        const folders = new Set(
          Object.keys(metafile.inputs).flatMap((input) => packageFolder(path.resolve(input)) ?? []),
        );
        // esbuild has not written there yet.
        mkdirSync(outdir, { recursive: true });
        const texts = [...folders].sort().flatMap((folder) => [licenseText(folder), ...textsInside(folder)]);
        writeFileSync(path.join(outdir, file), texts.join(`\n${"-".repeat(80)}\n\n`));
      });
    },
  };
}

function packageFolder(input: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(input)?.[0];
}

/** The licences of what a package has inside. Which version that is, it does not say. */
function textsInside(folder: string): string[] {
  const { name = "" } = packageOf(folder);
  return (INSIDE[name] ?? []).map((inside) =>
    licenseText(path.resolve("node_modules", inside)).replace(/ \S+ \(/, ` inside of ${name} (`),
  );
}

function packageOf(folder: string): Record<string, string> {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Record<string, string>;
}

function licenseText(folder: string): string {
  const { name, version, license } = packageOf(folder);
  const found = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (found === undefined) throw new Error(`${name} is built in and brings no license file.`);
  return `${name} ${version} (${license})\n\n${readFileSync(path.join(folder, found), "utf8").trim()}\n`;
}
