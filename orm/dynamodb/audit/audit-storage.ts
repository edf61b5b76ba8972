import { invalidQuery } from "../../errors.ts";
import { compileManifest } from "../../schema/manifest.ts";
import type { Schema } from "../../schema/model.ts";
import type { StoreContext } from "../context.ts";
import { contextOf } from "../driver.ts";
import type { Item } from "../layout/attribute-value.ts";
import { keyText, type ItemKey } from "../layout/keys.ts";
import type { TableNaming } from "../layout/model-layout.ts";
import { keyAttributes } from "../layout/places.ts";
import type { DynamodbClient } from "../send/client.ts";
import { mapLimit } from "../send/concurrency.ts";
import { confirm, CONCURRENCY } from "./confirm.ts";
import type { Finding } from "./finding.ts";
import { inspectItem, itemKey } from "./inspect-item.ts";
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
}

/** What an audit found in one page of a table. */
export interface AuditPage {
  readonly table: string;
  /** Items looked at. */
  readonly scanned: number;
  readonly findings: readonly Finding[];
  /** Where the audit goes on; undefined after the last page. */
  readonly resume: string | undefined;
}

interface Position {
  readonly table: string;
  readonly after: ItemKey | undefined;
}

/**
 * Reads every item of a schema's tables and lists what breaks the storage's promises: records
 * without their entries, entries without their record, values that are not unique. Runs while the
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
  const { schema, client, table, tables, tablePrefix, pageSize = 100 } = options;
  const context = contextOf({ client, table, tables, tablePrefix }, compileManifest(schema));
  const names = [...new Set([...context.layouts.values()].map((layout) => layout.table))];
  let position: Position | undefined = options.resume === undefined ? { table: names[0]!, after: undefined } : parseToken(options.resume, names);
  while (position) {
    const { items, last } = await readPage(context, position, pageSize);
    const findings = await auditItems(context, position.table, items, options.repair ?? false);
    const following: string | undefined = names[names.indexOf(position.table) + 1];
    const next: Position | undefined = last ? { table: position.table, after: last } : following === undefined ? undefined : { table: following, after: undefined };
    yield { table: position.table, scanned: items.length, findings, resume: next && token(next) };
    position = next;
  }
}

async function readPage(context: StoreContext, { table, after }: Position, limit: number): Promise<{ items: Item[]; last: ItemKey | undefined }> {
  const model = [...context.layouts.values()].find((layout) => layout.table === table)!.model.name;
  const output = await context.sender.send("Scan", model, {
    TableName: table,
    ConsistentRead: true,
    Limit: limit,
    ...(after ? { ExclusiveStartKey: keyAttributes(after) } : {}),
  });
  const last = output.LastEvaluatedKey as Item | undefined;
  return { items: (output.Items ?? []) as Item[], last: last && itemKey(last) };
}

async function auditItems(context: StoreContext, table: string, items: readonly Item[], repairing: boolean): Promise<Finding[]> {
  const looks = await mapLimit(items, CONCURRENCY, async (item) => ({ item, suspicions: await inspectItem(context, table, item) }));
  const found = distinct(await confirm(context, table, looks.filter(({ suspicions }) => suspicions.length > 0)));
  if (!repairing) return found.map(({ finding }) => finding);
  const findings: Finding[] = [];
  for (const suspicion of found) findings.push({ ...suspicion.finding, repaired: await repair(context, suspicion) });
  return findings;
}

function distinct<T extends { readonly finding: Finding }>(found: readonly T[]): T[] {
  return [...new Map(found.map((one) => [`${one.finding.kind} ${keyText("", one.finding.key)} ${keyText("", one.finding.recordKey ?? one.finding.key)}`, one])).values()];
}

function token(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

function parseToken(text: string, names: readonly string[]): Position {
  try {
    const { table, after } = JSON.parse(Buffer.from(text, "base64url").toString()) as Partial<Position>;
    if (table !== undefined && names.includes(table)) return { table, after };
  } catch {
    // Refused below.
  }
  throw invalidQuery(`"${text}" is no position of an audit of these tables (${names.join(", ")}).`);
}
