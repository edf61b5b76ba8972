import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { readRecord, textOf } from "../layout/stored-record.ts";
import { newWriteId } from "../layout/write-ids.ts";
import { mapLimit } from "../send/concurrency.ts";
import { sendWrites } from "../write/send-writes.ts";
import { entryRemoval } from "../write/sweep.ts";
import { scanTable } from "./backfill-scan.ts";
import { entryId, fillRecord, type Duplicate } from "./fill-record.ts";
import { renewExpiry } from "./renew-expiry.ts";
import { entryPath, pathFields } from "./paths.ts";
import type { ModelChange } from "./schema-change.ts";
import type { Cursors } from "./schema-item.ts";

/** Records under way at once: one batch of look-ups, and as many transactions as connections. */
const CONCURRENCY = 32;
/** Begins the write id of every entry that one back-fill wrote: what it wrote can be taken back, and nothing else. */
const markOf = ({ run }: BackfillJob) => `backfill:${run}:`;
/** Duplicates that are named; the others are counted. */
const NAMED = 100;

/** How far a back-fill has come. */
export interface BackfillProgress {
  readonly table: string;
  /** Items looked at, by this run. */
  readonly done: number;
  /** The table's items as DynamoDB last counted them, every six hours or so. */
  readonly total: number | undefined;
  readonly written: number;
  readonly removed: number;
}

/** What a back-fill did. */
export interface BackfillResult {
  /** False where it was stopped: the next push goes on from there. */
  readonly complete: boolean;
  readonly written: number;
  readonly removed: number;
  /** The first of the duplicates of keys that were to become unique. */
  readonly duplicates: readonly Duplicate[];
  readonly duplicateCount: number;
}

/** What a back-fill needs to know. */
export interface BackfillJob {
  readonly table: string;
  readonly layouts: readonly ModelLayout[];
  readonly changes: readonly ModelChange[];
  /** Tells what this back-fill writes from what an earlier one wrote, which the application may rely on. */
  readonly run: string;
  readonly from: Cursors;
  readonly total: number | undefined;
  readonly save: (cursors: Cursors) => Promise<void>;
  readonly onProgress?: ((progress: BackfillProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gives the records of a table the entries that the schema wants, and removes those that it does
 * not want any more. Safe while the application writes, and to be run twice at once.
 */
export async function backfill(context: StoreContext, job: BackfillJob): Promise<BackfillResult> {
  const layouts = new Map(job.layouts.map((layout) => [layout.model.name, layout]));
  const changes = new Map(job.changes.map((change) => [change.model, change]));
  const counts = { done: 0, written: 0, removed: 0 };
  const duplicates: Duplicate[] = [];
  let duplicateCount = 0;

  const fill = async (item: Item) => {
    const change = changes.get(textOf(item, "_model") ?? "");
    const layout = change && layouts.get(change.model);
    const found = layout && readRecord(layout, item);
    if (!found) return;
    const record = change.expiry ? await renewExpiry(context, found) : found;
    if (!record) return;
    const added = new Set(change.added.filter((path) => path.startsWith("unique:")).map((path) => pathFields(path).join("+")));
    const indexed = new Set(change.added.filter((path) => path.startsWith("index:")).map((path) => pathFields(path).join("+")));
    const filled = await fillRecord(
      context,
      record,
      ({ kind, fields }) => change.refresh || (kind === "unique" ? added : indexed).has(fields.join("+")),
      { id: `${markOf(job)}${newWriteId()}` },
    );
    counts.written += filled.entries;
    duplicateCount += filled.duplicates.length;
    duplicates.push(...filled.duplicates.slice(0, NAMED - duplicates.length));
  };
  const remove = async (entry: Item) => {
    const model = textOf(entry, "_model") ?? "";
    const path = pathOf(layouts.get(model), entry);
    // Of another number of shards than now: `#?`.
    const dropped = changes.get(model)?.dropped.some((old) => old === path || old.replace(/#\d+$/, "#?") === path) ?? false;
    if (dropped && (await removeEntry(context, layouts.get(model)!, entry))) counts.removed++;
  };

  const complete = await scanTable(
    context,
    {
      table: job.table,
      records: job.changes.filter((change) => change.added.length > 0 || change.refresh || change.expiry).map(({ model }) => model),
      entries: job.changes.filter((change) => change.dropped.length > 0).map(({ model }) => model),
    },
    job.from,
    {
      signal: job.signal,
      // What was found must be found again by a run that goes on: from the start, then.
      save: (cursors) => job.save(duplicateCount > 0 ? {} : cursors),
      onPage: async (items, scanned) => {
        await mapLimit(items, CONCURRENCY, (item) => (textOf(item, "_kind") === "record" ? fill(item) : remove(item)));
        counts.done += scanned;
        job.onProgress?.({ table: job.table, total: job.total, ...counts });
      },
    },
  );
  const withdrawn = complete && duplicates.length > 0 ? await withdraw(context, job, layouts, duplicates) : 0;
  return { complete, written: counts.written - withdrawn, removed: counts.removed, duplicates, duplicateCount };
}

/** Takes back what was written for keys that cannot be unique: nothing is left half unique. */
async function withdraw(
  context: StoreContext,
  job: BackfillJob,
  layouts: ReadonlyMap<string, ModelLayout>,
  duplicates: readonly Duplicate[],
): Promise<number> {
  const paths = new Set(duplicates.map(({ model, fields }) => `${model} unique:${fields.join("+")}`));
  const models = [...new Set(duplicates.map(({ model }) => model))];
  let withdrawn = 0;
  await scanTable(context, { table: job.table, records: [], entries: models }, {}, {
    onPage: async (items) => {
      await mapLimit(items, CONCURRENCY, async (entry) => {
        const model = textOf(entry, "_model") ?? "";
        if (!textOf(entry, "_w")?.startsWith(markOf(job)) || !paths.has(`${model} ${pathOf(layouts.get(model), entry)}`)) return;
        if (await removeEntry(context, layouts.get(model)!, entry)) withdrawn++;
      });
    },
  });
  return withdrawn;
}

function pathOf(layout: ModelLayout | undefined, entry: Item): string | undefined {
  const kind = textOf(entry, "_kind");
  if (!layout || (kind !== "unique" && kind !== "index")) return undefined;
  return entryPath(layout, kind, textOf(entry, "_pk")!, entryId(layout, entry));
}

/** Deletes an entry as it was seen. */
async function removeEntry(context: StoreContext, layout: ModelLayout, entry: Item): Promise<boolean> {
  return (await sendWrites(context, [entryRemoval(layout, entry)], "")).length === 0;
}
