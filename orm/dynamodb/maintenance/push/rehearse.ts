import { createHash } from "node:crypto";
import type { StoreContext } from "../../context.ts";
import { keyText } from "../../layout/keys.ts";
import { keysOf } from "../../layout/places.ts";
import { readRecord, textOf } from "../../layout/stored-record.ts";
import type { Duplicate } from "../duplicate.ts";
import { scanSegments } from "../scan-segments.ts";
import type { BackfillJob, BackfillResult } from "./backfill.ts";
import { scanOf } from "./backfill-scan.ts";
import { NamedDuplicates } from "./named-duplicates.ts";
import { uniqueName } from "./entry-names.ts";

/**
 * What a back-fill would find: the duplicates of keys that are to be unique. Reads the records of those models and
 * writes nothing. A hash of each unique value is kept in memory, with the id of its record.
 */
export async function rehearse(
  context: StoreContext,
  job: Omit<BackfillJob, "kept" | "run" | "from" | "save">,
): Promise<BackfillResult> {
  const added = new Map(job.changes.map(({ model, added }) => [model, added.filter(isUnique)]));
  const records = job.changes.filter(({ model }) => (added.get(model) ?? []).length > 0);
  const found = new NamedDuplicates();
  let done = 0;
  const progress = (complete: boolean) => ({ done, total: job.total, resume: undefined, complete });
  const nothing = { written: 0, removed: 0 };
  if (records.length === 0) return { ...progress(true), ...nothing, duplicates: [], duplicateCount: 0 };

  const owners = new Map<string, string>();
  const complete = await scanSegments(
    scanOf(context, job, { records, entries: [] }),
    job.total,
    {},
    {
      onPage: async (items, scanned) => {
        for (const item of items) {
          const layout = job.table.layouts.find(({ model }) => model.name === textOf(item, "_model"));
          const record = layout && readRecord(layout, item);
          if (!record) continue;
          for (const { kind, fields, key } of keysOf(layout, record.values)) {
            if (kind !== "unique" || !added.get(layout.model.name)?.includes(uniqueName(fields))) continue;
            const duplicate = claim(owners, keyText(layout.table, key), String(record.values["id"]));
            if (duplicate) found.add({ model: layout.model.name, fields, ids: duplicate });
          }
        }
        done += scanned;
        job.onProgress?.({ table: job.table.name, ...nothing, ...progress(false) });
      },
    },
  );
  return { ...progress(complete), ...nothing, duplicates: found.named, duplicateCount: found.count };
}

/** Gives a key to a record. The ids of both where another one has it. */
function claim(owners: Map<string, string>, key: string, id: string): Duplicate["ids"] | undefined {
  const hash = createHash("sha256").update(key).digest("base64url").slice(0, 22);
  const owner = owners.get(hash);
  if (owner === undefined) owners.set(hash, id);
  return owner === undefined || owner === id ? undefined : [owner, id];
}

function isUnique(entry: string): boolean {
  return entry.startsWith("unique:");
}
