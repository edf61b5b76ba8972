import type { ScanCommandInput } from "@aws-sdk/client-dynamodb";
import { invalidQuery } from "../../errors.ts";
import { sendOf, type DynamodbClient } from "../engine/client.ts";
import type { Sender } from "../engine/sender.ts";
import type { Item } from "../layout/attribute-value.ts";
import { describeTable } from "./describe-table.ts";
import type { JobProgress } from "./job-progress.ts";

/** How a table is read. */
export interface TableScan {
  readonly sender: Sender;
  readonly table: string;
  /** The model that errors name. */
  readonly model: string;
  /** Items looked at in one request. Default: as many as DynamoDB gives. */
  readonly pageSize?: number | undefined;
  /** Which items, which of their attributes, which part of the table. Default: all. */
  readonly only?: Partial<ScanCommandInput> | undefined;
  /** Stops the scan between two pages. */
  readonly signal?: AbortSignal | undefined;
}

/** A page of a scan. */
export interface ScannedPage {
  readonly items: readonly Item[];
  /** Items looked at, those that were filtered out among them. */
  readonly scanned: number;
  /** The key after which the next page begins; undefined at the end. */
  readonly next: Item | undefined;
}

/** Reads a table page by page from behind a key on: strongly consistent, unless `only` says otherwise. */
export async function* scanPages(scan: TableScan, after: Item | undefined): AsyncGenerator<ScannedPage, void, void> {
  const { sender, table, model, pageSize, only, signal } = scan;
  let next = after;
  do {
    const output = await sender.send("Scan", model, {
      TableName: table,
      ConsistentRead: true,
      ...only,
      ...(pageSize === undefined ? {} : { Limit: pageSize }),
      ...(next ? { ExclusiveStartKey: next } : {}),
    });
    next = output.LastEvaluatedKey as Item | undefined;
    yield { items: (output.Items ?? []) as Item[], scanned: output.ScannedCount ?? 0, next };
  } while (next && !signal?.aborted);
}

/** Tables that are read one after another. */
export interface TablesScan extends Omit<TableScan, "table" | "model"> {
  readonly client: DynamodbClient;
  readonly tables: readonly { readonly name: string; readonly model: string }[];
  /** The `resume` of an earlier run's progress. */
  readonly resume?: string | undefined;
  /** The number of their items, where it is known already. */
  readonly total?: number | undefined;
}

/** A page of several tables' scan, and how far it has come with it. */
export interface TablesPage {
  readonly table: string;
  readonly items: readonly Item[];
  readonly progress: JobProgress;
}

/** Reads tables one after another. Throws `INVALID_QUERY` for a `resume` that is not of a scan of these tables. */
export async function* scanTables(scan: TablesScan): AsyncGenerator<TablesPage, void, void> {
  const { tables, resume, client, signal } = scan;
  const names = tables.map(({ name }) => name);
  const from = resume === undefined ? undefined : parseToken(resume, names);
  const total = scan.total ?? (await itemCount(client, names));
  let done = 0;
  const first = from ? names.indexOf(from.table) : 0;
  for (const [index, { name, model }] of tables.entries()) {
    if (index < first) continue;
    // One page is read whatever the signal says: a report of nothing would look like one of the end.
    if (index > first && signal?.aborted) return;
    const after = name === from?.table ? from.after : undefined;
    for await (const { items, scanned, next } of scanPages({ ...scan, table: name, model }, after)) {
      done += scanned;
      const following = next ? name : names[index + 1];
      const rest = following === undefined ? undefined : tokenOf({ table: following, after: next });
      yield { table: name, items, progress: { done, total, resume: rest, complete: rest === undefined } };
    }
  }
}

/** What DynamoDB counted last. Undefined where it is not to be had: whoever may scan may not have the right to ask. */
async function itemCount(client: DynamodbClient, tables: readonly string[]): Promise<number | undefined> {
  try {
    const described = await Promise.all(tables.map((table) => describeTable(sendOf(client), table)));
    return described.reduce((sum, table) => sum + (table?.ItemCount ?? 0), 0);
  } catch {
    // Whatever is wrong with the client, the scan tells better.
    return undefined;
  }
}

/** Where a scan goes on, as text to keep. */
interface Position {
  readonly table: string;
  readonly after?: Item | undefined;
}

function tokenOf(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

function parseToken(token: string, tables: readonly string[]): Position {
  let position: Partial<Position> | null = null;
  try {
    position = JSON.parse(Buffer.from(token, "base64url").toString()) as Partial<Position> | null;
  } catch {
    // Told below.
  }
  const { table, after } = position ?? {};
  if (typeof table !== "string" || (after !== undefined && (typeof after !== "object" || after === null)))
    throw invalidQuery("resume is no token of an earlier run.");
  if (!tables.includes(table))
    throw invalidQuery(
      `resume is the token of a run over the table "${table}", and this one is over ${tables.join(", ")}.`,
    );
  return { table, after };
}
