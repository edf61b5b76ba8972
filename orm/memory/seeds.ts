import { invalidQuery, uniqueViolation } from "../errors.ts";
import type { Manifest, ModelManifest } from "../schema/manifest.ts";
import { completeRecord, type RecordValues } from "../values/normalize.ts";
import type { OverlayTables } from "./overlay.ts";
import { KIND } from "./tables.ts";

/** Records by the name of their model, each as `create` takes it: what has a default may be left out. */
export type MemorySeeds = Readonly<Record<string, readonly Readonly<RecordValues>[]>>;

/** Puts the seeds into the store: all of them, or none where one is refused. */
export function plantSeeds(manifest: Manifest, tables: OverlayTables, seeds: MemorySeeds): void {
  const planted = Object.entries(seeds).map(([name, records]) => {
    const model = manifest.models.get(name);
    if (!model) {
      throw invalidQuery(`The seeds name the unknown model "${name}". There are ${modelNames(manifest)}.`, name);
    }
    if (!Array.isArray(records)) throw invalidQuery(`The seeds of "${name}" must be a list of records.`, name);
    return [model, recordsOf(model, records as readonly RecordValues[])] as const;
  });
  for (const [model, records] of planted) {
    for (const [id, record] of records) tables.put(model, id, record);
  }
  tables.commit();
}

function recordsOf(model: ModelManifest, seeds: readonly RecordValues[]): Map<unknown, RecordValues> {
  const records = new Map<unknown, RecordValues>();
  for (const seed of seeds) {
    const record = completeRecord(model, seed, () => globalThis.crypto.randomUUID());
    if (records.has(record["id"])) throw uniqueViolation(KIND, model.name, ["id"]);
    records.set(record["id"], record);
  }
  return records;
}

function modelNames(manifest: Manifest): string {
  return [...manifest.models.keys()].join(", ");
}
