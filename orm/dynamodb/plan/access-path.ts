import type { IndexManifest } from "../../schema/manifest.ts";
import type { ItemKey } from "../layout/keys.ts";
import type { SortRange } from "../layout/sort-key.ts";

/** Single records by their keys: at their homes, or through unique entries. */
export interface PointsPath {
  readonly type: "points";
  readonly via: "home" | "unique";
  readonly fields: readonly string[];
  readonly keys: readonly ItemKey[];
}

/** One partition, or the part of it that holds certain values of the field that it is in the order of. */
export interface Partition {
  readonly key: string;
  readonly range: SortRange | undefined;
}

/** Partitions of records: of the home itself, or of an index's entries. */
export interface PartitionsPath {
  readonly type: "partitions";
  readonly via: "home" | "index";
  readonly fields: readonly string[];
  readonly index: IndexManifest | undefined;
  /** The fields that make the partitions' keys. */
  readonly on: readonly string[];
  readonly partitions: readonly Partition[];
  /** Whether the sort keys are in the asked order. */
  readonly ordered: boolean;
  readonly backward: boolean;
  /** The sort key from which a page goes on, where the order is the asked one. */
  readonly start?: string | undefined;
  /** The unique entry that the values name, too: who knows where it leads needs no partition. */
  readonly point?: PointsPath;
}

/** Whether a path reads parts of its partitions only. */
export function isBounded({ partitions }: PartitionsPath): boolean {
  return partitions.some(({ range }) => range !== undefined);
}

/** The single records that a path names, whatever it reads. */
export function pointsOf(path: AccessPath): PointsPath | undefined {
  if (path.type === "points") return path;
  return path.type === "partitions" ? path.point : undefined;
}

/** How the records of a query are reached. */
export type AccessPath =
  | { readonly type: "nothing" }
  | PointsPath
  | PartitionsPath
  | { readonly type: "union"; readonly parts: readonly AccessPath[] }
  | { readonly type: "scan" };
