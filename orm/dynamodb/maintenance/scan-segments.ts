import type { Item } from "../layout/attribute-value.ts";
import { scanPages, type TableScan } from "./scan-tables.ts";

/** Parts of one table that are read at once, and from how many items on. */
const SEGMENTS = 4;
const LARGE = 50_000;
/** How often it is noted how far the scan has come. */
const SAVE_MS = 1000;

/** Behind which key each segment (`2/4`: of four, counted from 0) goes on; `null` when it is through. */
export type SegmentKeys = Readonly<Record<string, Item | null>>;

export interface SegmentHooks {
  /** Called with the items of a page; the next page of the segment waits for it. */
  readonly onPage: (items: readonly Item[], scanned: number) => Promise<void>;
  /** Called about once a second, and at the end, with where each segment goes on. */
  readonly save?: (keys: SegmentKeys) => Promise<void>;
}

/**
 * Reads a table from where each part of it stood: a large one in parts, at once. False where the signal stopped it
 * before the end. A small table is read as one: it is soon done, and Dynoxide ends a segment early where the item that
 * a page ended with is deleted before the next.
 */
export async function scanSegments(
  scan: TableScan,
  size: number | undefined,
  from: SegmentKeys,
  hooks: SegmentHooks,
): Promise<boolean> {
  const begun = Object.keys(from)[0];
  const TotalSegments = begun ? Number(begun.split("/")[1]) : (size ?? 0) < LARGE ? 1 : SEGMENTS;
  const names = Array.from({ length: TotalSegments }, (_, number) => `${number}/${TotalSegments}`);
  const keys: Record<string, Item | null> = { ...from };
  let saved = Date.now();
  const segment = async (name: string, Segment: number) => {
    const start = keys[name];
    if (start === null || scan.signal?.aborted) return;
    const only = TotalSegments === 1 ? scan.only : { ...scan.only, Segment, TotalSegments };
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
    await Promise.all(names.map(segment));
  } finally {
    await hooks.save?.({ ...keys });
  }
  return names.every((name) => keys[name] === null);
}
