import { isOrmError } from "../../orm/errors.ts";
import type { ModelManifest } from "../../orm/schema/manifest.ts";
import { setOwn } from "../../orm/values/json.ts";
import { normalizeData, type RecordValues } from "../../orm/values/normalize.ts";
import type { LibraryFields } from "../library-fields.ts";
import { columnValue } from "./column-value.ts";
import type { LeftOutRow, MoveLog } from "./report.ts";
import type { RowSource } from "./row-source.ts";

/** A row as it is stored here: by column, in the schema's types. */
export interface MappedRow {
  readonly id: string;
  readonly data: RecordValues;
}

/** Turns rows of a source into records of a schema. */
export class RowMapper {
  constructor(
    private readonly source: RowSource,
    private readonly fields: LibraryFields | undefined,
    private readonly log: Pick<MoveLog, "dropField">,
  ) {}

  /** A row as a record, or why there can be none. */
  async map(model: ModelManifest, row: RecordValues): Promise<MappedRow | LeftOutRow> {
    const id = row["id"];
    const isId = typeof id === "string" || typeof id === "number" || typeof id === "bigint";
    if (!isId) return { ...invalid(model, ""), fields: ["id"], detail: "it has no id" };
    try {
      return { id: String(id), data: await this.#data(model, row) };
    } catch (error) {
      if (!isOrmError(error, "INVALID_VALUE")) throw error;
      return { ...invalid(model, String(id)), fields: error.meta.target ?? [], detail: error.message };
    }
  }

  async #data(model: ModelManifest, row: RecordValues): Promise<RecordValues> {
    const names = this.fields?.[model.name];
    const data: RecordValues = {};
    for (const [name, given] of Object.entries(row)) {
      const named = names && Object.hasOwn(names, name) ? names[name] : undefined;
      const field = model.fields.get(named?.column ?? name);
      if (!field) {
        if (given !== null && given !== undefined) this.log.dropField(model.name, name);
        continue;
      }
      setOwn(data, field.name, columnValue(field, await this.#stored(model, name, given)));
    }
    return normalizeData(model, data);
  }

  async #stored(model: ModelManifest, name: string, given: unknown): Promise<unknown> {
    const named = this.fields?.[model.name]?.[name];
    if (!named || given === null || given === undefined) return given;
    const { toStored, fold } = named;
    const stored = toStored && this.source.isTransformed(model.name, name) ? await toStored(given as never) : given;
    return fold ? fold(stored) : stored;
  }
}

function invalid(model: ModelManifest, id: string): Pick<LeftOutRow, "model" | "id" | "reason"> {
  return { model: model.name, id, reason: "invalid" };
}
