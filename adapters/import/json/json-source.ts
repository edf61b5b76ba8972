import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { invalidQuery } from "../../../orm/errors.ts";
import type { RecordValues } from "../../../orm/values/normalize.ts";
import type { RowPage, RowReading, RowSource } from "../row-source.ts";
import { jsonFilesIn } from "./json-files.ts";

/** Rows from a folder of newline-delimited JSON: `user.jsonl` has a user a line. */
export class JsonSource implements RowSource {
  readonly models: readonly string[];
  readonly notes = [];
  /** The ids of each file, where they were asked for. */
  readonly #ids = new Map<string, Promise<ReadonlySet<string>>>();

  private constructor(private readonly files: ReadonlyMap<string, string>) {
    this.models = [...files.keys()];
  }

  static async open(folder: string): Promise<JsonSource> {
    return new JsonSource(await jsonFilesIn(folder));
  }

  async count(model: string): Promise<number> {
    let count = 0;
    for await (const _ of this.#lines(model)) count += 1;
    return count;
  }

  async *pages(model: string, { after, since, pageSize }: RowReading): AsyncGenerator<RowPage, void, void> {
    let read = 0;
    let rows: RecordValues[] = [];
    const skipped = after === undefined ? 0 : Number(after);
    for await (const { text, line } of this.#lines(model)) {
      read += 1;
      if (read <= skipped) continue;
      // Only now is it known that the page before was not the last.
      if (rows.length === pageSize) {
        yield { rows, next: String(read - 1) };
        rows = [];
      }
      const row = this.#parse(model, text, line);
      if (since === undefined || hasChanged(row, since)) rows.push(row);
    }
    yield { rows, next: undefined };
  }

  async present(model: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    let known = this.#ids.get(model);
    if (!known) this.#ids.set(model, (known = this.#idsOf(model)));
    const all = await known;
    return new Set(ids.filter((id) => all.has(id)));
  }

  /** Files hold values as they are stored. */
  isTransformed(): boolean {
    return false;
  }

  async #idsOf(model: string): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    for await (const { text, line } of this.#lines(model)) ids.add(String(this.#parse(model, text, line)["id"]));
    return ids;
  }

  async *#lines(model: string): AsyncGenerator<{ readonly text: string; readonly line: number }, void, void> {
    const file = this.files.get(model);
    if (file === undefined) return;
    let line = 0;
    for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      line += 1;
      if (text.trim() !== "") yield { text, line };
    }
  }

  #parse(model: string, text: string, line: number): RecordValues {
    let row: unknown;
    try {
      row = JSON.parse(text);
    } catch {
      // Told below.
    }
    if (typeof row === "object" && row !== null && !Array.isArray(row)) return row as RecordValues;
    throw invalidQuery(`Line ${line} of "${this.files.get(model)}" is no JSON object.`, model);
  }
}

/** Rows that do not tell may have changed. */
function hasChanged({ updatedAt }: RecordValues, since: Date): boolean {
  const time = typeof updatedAt === "string" || typeof updatedAt === "number" ? new Date(updatedAt).getTime() : NaN;
  return Number.isNaN(time) || time >= since.getTime();
}
