import type { TableDescription } from "@aws-sdk/client-dynamodb";

/** A table that is in several regions, as one of them describes it. */
export interface GlobalTable {
  /** Whether all regions read what any of them wrote last, or each what has arrived there. */
  readonly consistency: "strong" | "eventual";
  /** The regions of the other replicas. */
  readonly otherRegions: readonly string[];
}

/**
 * What a description says of other regions; undefined of a table in one region. Versions of the SDK from before there
 * was strong consistency leave it out of their answers: such a table looks like one with eventual consistency.
 */
export function globalTableOf({
  Replicas: replicas = [],
  MultiRegionConsistency: consistency,
  TableArn: arn = "",
}: TableDescription): GlobalTable | undefined {
  // AWS does not say whether a table's replicas are told with itself among them.
  const [, , , own] = arn.split(":");
  const otherRegions = replicas.flatMap(({ RegionName: name, ReplicaStatus: status }) =>
    name === undefined || name === own || status === "CREATION_FAILED" ? [] : [name],
  );
  if (consistency === "STRONG") return { consistency: "strong", otherRegions };
  return otherRegions.length > 0 ? { consistency: "eventual", otherRegions } : undefined;
}

/** What the owner of a table's application must know of its other regions. */
export function regionWarnings(table: string, global: GlobalTable | undefined): string[] {
  if (global?.consistency !== "eventual") return [];
  return [
    `The table "${table}" is a global table with eventual consistency, with replicas in ` +
      `${global.otherRegions.join(", ")}: two regions can each accept the same unique value or the same token, and ` +
      "the last writer wins. Let one region do all writes: homeRegion among the options of the adapter or driver " +
      "refuses them in the others.",
  ];
}

/** Why TTL is left off, and what to do in its place; undefined where a table can have TTL. */
export function withoutTtl(global: GlobalTable | undefined): string | undefined {
  if (global?.consistency !== "strong") return undefined;
  return (
    "A global table with strong consistency cannot have TTL, so what has expired stays: " +
    'run "npx auth-dynamodb sweep" regularly, daily for example.'
  );
}
