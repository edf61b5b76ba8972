import { mapLimit } from "../../../util/map-limit.ts";
import type { StoreContext } from "../../context.ts";
import type { Item } from "../../layout/attribute-value.ts";
import type { ModelLayout } from "../../layout/model-layout.ts";
import { referredKey } from "../../layout/places.ts";
import { readRecord, textOf } from "../../layout/stored-record.ts";
import { newWriteId } from "../../layout/write-ids.ts";
import { ownsEntry } from "../../read/follow-entries.ts";
import { entryRemoval } from "../../write/entry-removal.ts";
import type { Duplicate } from "../duplicate.ts";
import type { JobProgress } from "../job-progress.ts";
import { scanSegments, type SegmentKeys } from "../scan-segments.ts";
import type { SchemaTable } from "../schema-tables.ts";
import { scanOf } from "./backfill-scan.ts";
import { qualifiedName } from "./drop.ts";
import { entryId, isNamed, modelEntries } from "./entry-names.ts";
import { fillRecord } from "./fill-record.ts";
import { NamedDuplicates, nameOf } from "./named-duplicates.ts";
import { renewExpiry } from "./renew-expiry.ts";
import type { ModelChange } from "./schema-change.ts";

/** Records under way at once: one batch of look-ups, and as many transactions as connections. */
const CONCURRENCY = 32;

/** How far a back-fill has come. */
export interface BackfillProgress extends JobProgress {
  readonly table: string;
  /** Entries. */
  readonly written: number;
  readonly removed: number;
}

/** What a back-fill did. Where it was stopped (not `complete`), the next push goes on from there. */
export interface BackfillResult extends JobProgress {
  /** Entries. */
  readonly written: number;
  readonly removed: number;
  /** The first of the duplicates of keys that were to become unique. */
  readonly duplicates: readonly Duplicate[];
  readonly duplicateCount: number;
}

/** What a back-fill needs to know. */
export interface BackfillJob {
  readonly table: SchemaTable;
  readonly changes: readonly ModelChange[];
  /** Entries that stay though the schema does not have them, with their models. */
  readonly kept: readonly string[];
  /** Tells what this back-fill writes from what an earlier one wrote, which the application may rely on. */
  readonly run: string;
  readonly from: SegmentKeys;
  readonly total: number | undefined;
  readonly save: (segments: SegmentKeys) => Promise<void>;
  readonly onProgress?: ((progress: BackfillProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gives the records of a table the entries that the schema wants, and removes those that are
 * dropped. Safe while the application writes, and to be run twice at once.
 */
export async function backfill(context: StoreContext, job: BackfillJob): Promise<BackfillResult> {
  const counts = { done: 0, written: 0, removed: 0 };
  const found = new NamedDuplicates();

  const fill = async (layout: ModelLayout, change: ModelChange, item: Item) => {
    const filled = await fillItem(context, job, layout, change, item);
    counts.written += filled.entries;
    for (const one of filled.duplicates) found.add(one);
  };
  const progress = (complete: boolean): JobProgress => ({
    ...{ done: counts.done, total: job.total, resume: undefined, complete },
  });
  const complete = await scanSegments(
    scanOf(context, job, {
      records: job.changes.filter(({ added, refresh, expiry }) => added.length > 0 || refresh || expiry),
      entries: job.changes.filter(({ added, dropped }) => added.length > 0 || dropped.length > 0),
    }),
    job.total,
    job.from,
    {
      // What was found must be found again by a run that goes on: from the start, then.
      save: (segments) => job.save(found.count > 0 ? {} : segments),
      onPage: async (items, scanned) => {
        await mapLimit(items, CONCURRENCY, async (item) => {
          const layout = layoutAt(job, item);
          const change = layout && job.changes.find(({ model }) => model === layout.model.name);
          if (!change) return;
          if (textOf(item, "_kind") === "record") await fill(layout, change, item);
          else if (await isToGo(context, job, layout, change, item)) {
            if (await removeEntry(context, layout, item)) counts.removed++;
          }
        });
        counts.done += scanned;
        job.onProgress?.({ table: job.table.name, ...counts, ...progress(false) });
      },
    },
  );
  const takenBack = complete && found.count > 0 ? await takeBack(context, job, found.named) : 0;
  const { removed } = counts;
  const { named: duplicates, count: duplicateCount } = found;
  return { ...progress(complete), written: counts.written - takenBack, removed, duplicates, duplicateCount };
}

/** Gives one record what it lacks. */
async function fillItem(
  context: StoreContext,
  job: BackfillJob,
  layout: ModelLayout,
  change: ModelChange,
  item: Item,
): Promise<{ readonly entries: number; readonly duplicates: readonly Duplicate[] }> {
  const found = readRecord(layout, item);
  const record = found && change.expiry ? await renewExpiry(context, found) : found;
  if (!record) return { entries: 0, duplicates: [] };
  const id = String(record.values["id"]);
  const isWanted = (entry: Item) => change.refresh || change.added.some((name) => isNamed(name, entry, id));
  return fillRecord(context, record, (place) => isWanted(place.item), `${writtenBy(job)}${newWriteId()}`);
}

/** Takes back what was written for keys that cannot be unique: nothing is left half unique. */
async function takeBack(context: StoreContext, job: BackfillJob, duplicates: readonly Duplicate[]): Promise<number> {
  const failed = new Set(duplicates.map(nameOf));
  const models = [...new Set(duplicates.map(({ model }) => model))].map((model) => ({ model }));
  let takenBack = 0;
  const onPage = async (items: readonly Item[]) => {
    await mapLimit(items, CONCURRENCY, async (entry) => {
      const layout = layoutAt(job, entry);
      if (!layout || !textOf(entry, "_w")?.startsWith(writtenBy(job))) return;
      const name = modelEntries(layout).entries.find((one) => isNamed(one, entry, entryId(layout, entry)));
      if (name === undefined || !failed.has(qualifiedName(layout.model.name, name))) return;
      if (await removeEntry(context, layout, entry)) takenBack++;
    });
  };
  const scan = scanOf(context, { table: job.table }, { records: [], entries: models });
  await scanSegments(scan, job.total, {}, { onPage });
  return takenBack;
}

/** Begins the write id of every entry that one back-fill wrote: that can be taken back, and nothing else. */
function writtenBy({ run }: BackfillJob): string {
  return `backfill:${run}:`;
}

function layoutAt({ table }: BackfillJob, item: Item): ModelLayout | undefined {
  const model = textOf(item, "_model");
  return table.layouts.find((layout) => layout.model.name === model);
}

async function isToGo(
  context: StoreContext,
  job: BackfillJob,
  layout: ModelLayout,
  change: ModelChange,
  entry: Item,
): Promise<boolean> {
  return isDropped(job, layout, change, entry) || isLeftBehind(context, job, layout, change, entry);
}

/**
 * Whether an entry of a key that is added leads to no record that has it: left by instances that did not know the key,
 * or not any more. Others are counted and listed without a look at their records.
 */
async function isLeftBehind(
  context: StoreContext,
  job: BackfillJob,
  layout: ModelLayout,
  { added }: ModelChange,
  entry: Item,
): Promise<boolean> {
  const home = referredKey(entry);
  const id = entryId(layout, entry);
  if (!home || !added.some((name) => isNamed(name, entry, id))) return false;
  if (textOf(entry, "_w")?.startsWith(writtenBy(job))) return false;
  const record = readRecord(layout, await context.items.get(layout.model.name, layout.table, home));
  return !record || !ownsEntry(layout, record, entry);
}

/** Whether an entry is one that is dropped, and none that stays: another number of shards may share its key. */
function isDropped({ kept }: BackfillJob, layout: ModelLayout, { dropped }: ModelChange, entry: Item): boolean {
  const id = entryId(layout, entry);
  const prefix = qualifiedName(layout.model.name, "");
  const stays = [
    ...modelEntries(layout).entries,
    ...kept.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)),
  ];
  return dropped.some((name) => isNamed(name, entry, id)) && !stays.some((name) => isNamed(name, entry, id));
}

/** Deletes an entry as it was seen. */
async function removeEntry(context: StoreContext, layout: ModelLayout, entry: Item): Promise<boolean> {
  return (await context.engine.write([entryRemoval(layout, entry)], "")).length === 0;
}
