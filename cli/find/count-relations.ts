import type { UntypedOrmClient } from "../../orm/client/untyped.ts";
import type { Manifest, ModelManifest } from "../../orm/schema/manifest.ts";
import type { RecordValues } from "../../orm/values/normalize.ts";

/** How many records of a model belong to a record, or it to them. */
export interface CountedRelation {
  readonly model: string;
  /** The field of that model that leads here, or is led to. */
  readonly by: string;
  /** Undefined where counting would read a whole table. */
  readonly count: number | undefined;
}

/** Counts what a record is related to, by keys and indexes alone. */
export async function countRelations(
  orm: UntypedOrmClient,
  manifest: Manifest,
  model: ModelManifest,
  record: RecordValues,
): Promise<CountedRelation[]> {
  const ways = new Map(
    [...model.relations.values()].map(({ target, from, to, through }) => {
      const other = through?.model ?? target;
      return [JSON.stringify([other, to]), { other, from, to }] as const;
    }),
  );
  return Promise.all(
    [...ways.values()].map(async ({ other, from, to }) => {
      const value = record[from] ?? null;
      const client = manifest.models.has(other) ? orm[other] : undefined;
      if (value === null || !client) return { model: other, by: to, count: 0 };
      const where = { [to]: value };
      const scans = client.explain({ where }).path === "scan";
      return { model: other, by: to, count: scans ? undefined : await client.count({ where }) };
    }),
  );
}
