import { scanRecords } from "../../orm/dynamodb/maintenance/copy/scan-records.ts";
import type { ModelManifest } from "../../orm/schema/manifest.ts";
import type { RecordValues } from "../../orm/values/normalize.ts";
import type { PlaceOfRecords } from "./place-of-records.ts";
import { hasExpired } from "./page-importer.ts";
import type { RowSource } from "./row-source.ts";

/** A record that a source has no row of. */
export interface UnknownRecord {
  readonly model: ModelManifest;
  readonly record: RecordValues;
}

/** Reads the tables for records that a source has no rows of, page by page. Those that have expired do not count. */
export async function* missingRows(
  place: PlaceOfRecords,
  models: ReadonlyMap<string, ModelManifest>,
  source: RowSource,
  signal: AbortSignal | undefined,
): AsyncGenerator<UnknownRecord[], void, void> {
  for await (const { records } of scanRecords({ ...place, signal })) {
    const byModel = new Map<ModelManifest, RecordValues[]>();
    for (const { model: name, values } of records) {
      const model = models.get(name);
      if (!model || hasExpired(model, values)) continue;
      byModel.set(model, [...(byModel.get(model) ?? []), values]);
    }
    for (const [model, found] of byModel) {
      const there = await source.present(
        model.name,
        found.map(({ id }) => String(id)),
      );
      yield found.filter(({ id }) => !there.has(String(id))).map((record) => ({ model, record }));
    }
  }
}
