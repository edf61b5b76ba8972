import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { andExpression, Placeholders } from "../plan/expression.ts";
import type { Cursors } from "./schema-item.ts";

/** Scans of one table under way at once. */
const SEGMENTS = 4;
/** Items looked at in one request: small pages, so that a stop comes soon and memory stays flat. */
const PAGE = 250;
/** How often it is noted how far the scan has come. */
const SAVE_MS = 1000;

/** The models whose records are looked at, and those whose entries are. */
export interface ScanSubject {
  readonly table: string;
  readonly records: readonly string[];
  readonly entries: readonly string[];
}

export interface ScanHooks {
  /** Called with the items of a page; the next page of the segment waits for it. */
  readonly onPage: (items: readonly Item[], scanned: number) => Promise<void>;
  /** Called about once a second with where each segment goes on. */
  readonly save?: (cursors: Cursors) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** Reads a table in parts from where they stood. False where the signal stopped it before the end. */
export async function scanTable(context: StoreContext, subject: ScanSubject, from: Cursors, hooks: ScanHooks): Promise<boolean> {
  const cursors: Record<string, Item | null> = { ...from };
  let saved = Date.now();
  const segment = async (number: number) => {
    const name = String(number);
    while (cursors[name] !== null && !hooks.signal?.aborted) {
      const start = cursors[name];
      const output = await context.sender.send("Scan", subject.records[0] ?? subject.entries[0]!, {
        ...scanFilter(subject),
        Limit: PAGE,
        ConsistentRead: true,
        Segment: number,
        TotalSegments: SEGMENTS,
        ...(start ? { ExclusiveStartKey: start } : {}),
      });
      await hooks.onPage((output.Items ?? []) as Item[], output.ScannedCount ?? 0);
      cursors[name] = (output.LastEvaluatedKey as Item | undefined) ?? null;
      if (hooks.save && Date.now() - saved >= SAVE_MS) {
        saved = Date.now();
        await hooks.save({ ...cursors });
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: SEGMENTS }, (_, number) => segment(number)));
  } finally {
    await hooks.save?.({ ...cursors });
  }
  return Array.from({ length: SEGMENTS }, (_, number) => cursors[String(number)]).every((cursor) => cursor === null);
}

function scanFilter({ table, records, entries }: ScanSubject) {
  const placeholders = new Placeholders();
  const among = (models: readonly string[]) =>
    `${placeholders.name("_model")} IN (${models.map((model) => placeholders.value({ S: model })).join(", ")})`;
  const kind = (operator: "=" | "<>") => `${placeholders.name("_kind")} ${operator} ${placeholders.value({ S: "record" })}`;
  const wanted = [
    records.length > 0 ? `(${andExpression([kind("="), among(records)])})` : undefined,
    entries.length > 0 ? `(${andExpression([kind("<>"), among(entries)])})` : undefined,
  ];
  const filter = wanted.filter((part) => part !== undefined).join(" OR ");
  return { TableName: table, FilterExpression: filter, ...placeholders.attributes };
}
