import type { Item } from "../layout/attribute-value.ts";
import { scanPages, type TableScan } from "./scan-tables.ts";

/** Parts of one table that are read at once. */
const SEGMENTS = 4;
/** How often it is noted how far the scan has come. */
const SAVE_MS = 1000;

/** Behind which key each segment of a scan goes on; `null` when it is through. */
export type SegmentKeys = Readonly<Record<string, Item | null>>;

export interface SegmentHooks {
  /** Called with the items of a page; the next page of the segment waits for it. */
  readonly onPage: (items: readonly Item[], scanned: number) => Promise<void>;
  /** Called about once a second, and at the end, with where each segment goes on. */
  readonly save?: (keys: SegmentKeys) => Promise<void>;
}

/** Reads a table in parts from where they stood. False where the signal stopped it before the end. */
export async function scanSegments(scan: TableScan, from: SegmentKeys, hooks: SegmentHooks): Promise<boolean> {
  const keys: Record<string, Item | null> = { ...from };
  let saved = Date.now();
  const segment = async (number: number) => {
    const name = String(number);
    const start = keys[name];
    if (start === null || scan.signal?.aborted) return;
    const only = { ...scan.only, Segment: number, TotalSegments: SEGMENTS };
    for await (const { items, scanned, next } of scanPages({ ...scan, only }, start)) {
      await hooks.onPage(items, scanned);
      keys[name] = next ?? null;
      if (hooks.save && Date.now() - saved >= SAVE_MS) {
        saved = Date.now();
        await hooks.save({ ...keys });
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: SEGMENTS }, (_, number) => segment(number)));
  } finally {
    await hooks.save?.({ ...keys });
  }
  return Array.from({ length: SEGMENTS }, (_, number) => keys[String(number)]).every((key) => key === null);
}
