import { checkOptions, type OptionsOf } from "../../../options/check-options.ts";
import {
  abortSignal,
  callback,
  flag,
  requiredClient,
  schemaOption,
  text,
  wholeNumber,
} from "../../../options/option-kinds.ts";
import type { Schema } from "../../../schema/model.ts";
import { mapLimit } from "../../../util/map-limit.ts";
import { Store, type StoreContext } from "../../context.ts";
import { SHARED_OPTIONS } from "../../driver-options.ts";
import type { DynamodbClient } from "../../engine/client.ts";
import type { RequestEvent } from "../../engine/request-event.ts";
import type { Item } from "../../layout/attribute-value.ts";
import { keyText } from "../../layout/keys.ts";
import { TABLE_NAMING, type TableNaming } from "../../layout/model-layout.ts";
import { storableManifest } from "../../layout/storable.ts";
import type { JobProgress } from "../job-progress.ts";
import { requireFormat } from "../require-format.ts";
import { scanTables } from "../scan-tables.ts";
import { schemaTables } from "../schema-tables.ts";
import { auditedTable, type AuditedTable } from "./audited-table.ts";
import { confirm, CONCURRENCY } from "./confirm.ts";
import type { Finding, Sighting } from "./finding.ts";
import { inspectItem } from "./inspect-item.ts";
import { repair } from "./repair.ts";

/** What {@link auditStorage} takes. */
export interface AuditOptions extends TableNaming {
  readonly schema: Schema;
  readonly client: DynamodbClient;
  /** Puts right what is found, with conditional writes. Default: false. */
  readonly repair?: boolean | undefined;
  /** Items read at a time. Default: 100. */
  readonly pageSize?: number | undefined;
  /** Where an earlier audit stopped: the `resume` of its last page. */
  readonly resume?: string | undefined;
  /** Ends the audit after the page under way. */
  readonly signal?: AbortSignal | undefined;
  /** Told of every request that was sent to read or write items. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
}

const AUDIT_OPTIONS: OptionsOf<AuditOptions> = {
  schema: schemaOption(),
  client: requiredClient(),
  ...TABLE_NAMING,
  repair: flag(),
  pageSize: wholeNumber(1),
  resume: text(),
  signal: abortSignal(),
  onRequest: callback(),
};

/** What an audit found in one page of a table, and how far it has come with it. */
export interface AuditPage extends JobProgress {
  readonly table: string;
  readonly findings: readonly Finding[];
}

/**
 * Reads every item of a schema's tables and lists what breaks the storage's promises: records
 * without their entries, entries without their record, values that are not unique, references that lead nowhere.
 * Runs while the
 * application writes, page by page, and can go on later where it stopped.
 *
 * @example
 * ```ts
 * for await (const { findings } of auditStorage({ schema, client, repair: true })) {
 *   for (const finding of findings) console.log(finding.kind, finding.key, finding.detail);
 * }
 * ```
 */
export async function* auditStorage(options: AuditOptions): AsyncGenerator<AuditPage, void, void> {
  checkOptions("auditStorage", options, { own: AUDIT_OPTIONS, shared: SHARED_OPTIONS });
  const { schema, client, table, tables, tablePrefix, pageSize = 100, resume, signal, onRequest } = options;
  const context = new Store({ client, table, tables, tablePrefix, onRequest }, storableManifest(schema)).job();
  await requireFormat(context);
  const models = new Map(schemaTables(context.layouts).map(({ name, layouts }) => [name, layouts[0].model.name]));
  const names = [...models].map(([name, model]) => ({ name, model }));
  const pages = scanTables({ sender: context.sender, client, tables: names, pageSize, resume, signal });
  for await (const { table: name, items, progress } of pages) {
    // After the page: what a push has begun to write meanwhile is known then.
    const audited = await auditedTable(context, name, models.get(name) ?? "");
    yield { table: name, findings: await auditItems(context, audited, items, options.repair ?? false), ...progress };
  }
}

async function auditItems(
  context: StoreContext,
  table: AuditedTable,
  items: readonly Item[],
  repairing: boolean,
): Promise<Finding[]> {
  const looks = await mapLimit(items, CONCURRENCY, async (item) => ({
    item,
    sightings: await inspectItem(context, table, item),
  }));
  const wrong = looks.filter(({ sightings }) => sightings.length > 0);
  const found = distinct(await confirm(context, table, wrong));
  if (!repairing) return found.map(({ finding }) => finding);
  const findings: Finding[] = [];
  for (const sighting of found) findings.push({ ...sighting.finding, repaired: await repair(context, sighting) });
  return findings;
}

/** What was seen from two items, once. */
function distinct(found: readonly Sighting[]): Sighting[] {
  const identity = ({ finding: { kind, key, recordKey = key, fields = [] } }: Sighting) =>
    `${kind} ${keyText("", key)} ${keyText("", recordKey)} ${fields.join()}`;
  return [...new Map(found.map((one) => [identity(one), one])).values()];
}
