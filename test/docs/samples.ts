import { readFileSync } from "node:fs";
import { README } from "./cost-table.ts";

/** A TypeScript block of the README: a module of its own, with the name that its first line gives it. */
export interface Sample {
  readonly file: string;
  readonly code: string;
  /** What its `console.log` calls are to print, as the comments behind them say. */
  readonly prints: readonly string[];
}

/** The README's TypeScript blocks, in order. They may import one another by name. */
export function readSamples(): Sample[] {
  const blocks = readFileSync(README, "utf8").matchAll(/^```ts\n(.*?)^```$/gms);
  return [...blocks].map(([, code = ""], i) => ({
    file: /^\/\/ (\S+\.ts)\n/.exec(code)?.[1] ?? `sample-${i + 1}.ts`,
    code,
    prints: [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$|await .*; \/\/ (.*)$/gm)].map(([, logged, caused]) => logged ?? caused ?? ""),
  }));
}

/** The blocks of another language. */
export function readBlocks(language: string, file = README): string[] {
  return [...readFileSync(file, "utf8").matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text);
}
