import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { README } from "./cost-table.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The documents whose samples are compiled and run, as paths from the root. The site's front page has none. */
export const DOCUMENTS: readonly string[] = [
  "README.md",
  ...readdirSync(`${ROOT}docs`)
    .filter((file) => file.endsWith(".md") && file !== "index.md")
    .map((file) => `docs/${file}`),
];

/** A TypeScript block of a document: a module of its own, with the name that its first line gives it. */
export interface Sample {
  readonly file: string;
  readonly code: string;
  /** What its `console.log` calls are to print, as the comments behind them say. */
  readonly prints: readonly string[];
}

/** A document's TypeScript blocks, in order. They may import one another by name. */
export function readSamples(document = README): Sample[] {
  const blocks = readFileSync(document, "utf8").matchAll(/^```ts\n(.*?)^```$/gms);
  return [...blocks].map(([, code = ""], i) => ({
    file: /^\/\/ (\S+\.ts)\n/.exec(code)?.[1] ?? `sample-${i + 1}.ts`,
    code,
    prints: [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$|await .*; \/\/ (.*)$/gm)].map(
      ([, logged, caused]) => logged ?? caused ?? "",
    ),
  }));
}

/** The blocks of another language. */
export function readBlocks(language: string, file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(
    ([, text = ""]) => text,
  );
}
