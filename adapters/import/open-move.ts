import type { ModelLayout } from "../../orm/dynamodb/layout/model-layout.ts";
import { layoutsOf } from "../../orm/dynamodb/layout/model-layout.ts";
import { requireFormatOf } from "../../orm/dynamodb/maintenance/require-format.ts";
import { storableManifest } from "../../orm/dynamodb/layout/storable.ts";
import type { Manifest } from "../../orm/schema/manifest.ts";
import type { RecordValues } from "../../orm/values/normalize.ts";
import { namingOf, openOrm } from "../open-orm.ts";
import { modelOrder, type OrderedModel } from "./model-order.ts";
import { PageImporter } from "./page-importer.ts";
import type { PlaceOfRecords } from "./place-of-records.ts";
import { StoredRecords, type RecordTarget } from "./record-target.ts";
import { RehearsedRecords } from "./rehearsal.ts";
import { MoveLog } from "./report.ts";
import { RowMapper } from "./row-mapper.ts";
import type { RowSource } from "./row-source.ts";

/** From where to where. */
export interface MoveParts {
  readonly source: RowSource;
  readonly place: PlaceOfRecords;
}

/** What the steps of a move share. */
export interface Move extends MoveParts {
  readonly manifest: Manifest;
  /** Models that both sides have, in the order in which they are written. */
  readonly models: readonly OrderedModel[];
  readonly target: RecordTarget;
  readonly mapper: RowMapper;
  readonly importer: PageImporter;
  readonly log: MoveLog;
}

/** Opens both sides, and counts what the source has and the tables have no model for. */
export async function openMove({ source, place }: MoveParts, dryRun: boolean): Promise<Move> {
  await requireFormatOf(place);
  const manifest = storableManifest(place.schema);
  const layouts: ReadonlyMap<string, ModelLayout> = layoutsOf(manifest, namingOf(place));
  // Every look-up has a key: what would scan is a mistake here.
  const orm = openOrm(place.schema, { ...namingOf(place), client: place.client, scans: "refuse" }, "off");
  const stored = new StoredRecords(orm);
  const target = dryRun ? new RehearsedRecords(stored, layouts) : stored;
  const log = new MoveLog(dryRun);
  log.notes.push(...source.notes);
  for (const name of source.models) {
    if (manifest.models.has(name)) continue;
    const rows = await source.count(name);
    if (rows !== 0) log.count("unknownModels", name, rows ?? 0);
  }
  const column = (model: string, name: string) => place.fields?.[model]?.[name]?.column ?? name;
  const onCreate = (model: string): RecordValues => {
    const values = Object.entries(source.onCreate?.(model) ?? {});
    return Object.fromEntries(values.map(([name, value]) => [column(model, name), value]));
  };
  return {
    ...{ source, place, manifest, target, log },
    models: modelOrder(manifest, source.models),
    mapper: new RowMapper(source, place.fields, log),
    importer: new PageImporter(target, layouts, log, { onCreate, updatedAt: (model) => column(model, "updatedAt") }),
  };
}
