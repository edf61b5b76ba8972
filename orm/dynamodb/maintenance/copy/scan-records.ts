import type { Schema } from "../../../schema/model.ts";
import type { RecordValues } from "../../../values/normalize.ts";
import { Store } from "../../context.ts";
import type { DynamodbClient } from "../../engine/client.ts";
import type { TableNaming } from "../../layout/model-layout.ts";
import { storableManifest } from "../../layout/storable.ts";
import { readRecord, textOf } from "../../layout/stored-record.ts";
import type { JobProgress } from "../job-progress.ts";
import { scanTables } from "../scan-tables.ts";
import { schemaTables } from "../schema-tables.ts";

/** Whose records are read. */
export interface RecordsScan extends TableNaming {
  readonly schema: Schema;
  readonly client: DynamodbClient;
  readonly pageSize?: number | undefined;
  readonly resume?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A record, whichever key it lives at. */
export interface ScannedRecord {
  readonly model: string;
  readonly values: RecordValues;
}

/** Records of a page, of any models, and how far the scan has come with it. */
export interface RecordsPage {
  readonly records: readonly ScannedRecord[];
  readonly progress: JobProgress;
}

/** Reads every record of a schema's tables once, strongly consistent. Needs `dynamodb:Scan`. */
export async function* scanRecords(scan: RecordsScan): AsyncGenerator<RecordsPage, void, void> {
  const { schema, client, pageSize, resume, signal } = scan;
  const { sender, layouts } = new Store(scan, storableManifest(schema)).job();
  const tables = schemaTables(layouts).map(({ name, layouts: [{ model }] }) => ({ name, model: model.name }));
  for await (const { table, items, progress } of scanTables({ sender, client, tables, pageSize, resume, signal })) {
    const records = items.flatMap((item) => {
      const layout = layouts.get(textOf(item, "_model") ?? "");
      const record = layout?.table === table ? readRecord(layout, item) : undefined;
      return record ? [{ model: record.layout.model.name, values: record.values }] : [];
    });
    yield { records, progress };
  }
}
