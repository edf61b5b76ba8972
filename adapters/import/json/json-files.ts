import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { invalidOption } from "../../../orm/errors.ts";

/** What files of newline-delimited JSON are called. The first is what is written. */
const ENDINGS = [".jsonl", ".ndjson"] as const;

/** The file that a model is written to. */
export function jsonFileOf(folder: string, model: string): string {
  return join(folder, model + ENDINGS[0]);
}

/** The files of a folder by their models. Throws `INVALID_OPTION` where there is none. */
export async function jsonFilesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  const files = names.toSorted().flatMap((name): [string, string][] => {
    const ending = ENDINGS.find((one) => name.endsWith(one));
    return ending ? [[name.slice(0, -ending.length), join(folder, name)]] : [];
  });
  if (files.length > 0) return new Map(files);
  throw invalidOption(`There is no file <model>${ENDINGS[0]} in "${folder}".`, "folder");
}
