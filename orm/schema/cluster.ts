import type { Model } from "./model.ts";

/** Where records live: the fields, and what those that live together are in the order of. */
export interface Cluster {
  readonly on: readonly string[];
  readonly orderBy: string | undefined;
}

/** What a `clusterBy` says, in whichever of its forms. */
export function clusterOf(clusterBy: Model["clusterBy"] = "id"): Cluster {
  if (typeof clusterBy === "string") return { on: [clusterBy], orderBy: undefined };
  if (!("on" in clusterBy)) return { on: clusterBy, orderBy: undefined };
  const { on, orderBy } = clusterBy;
  return { on: typeof on === "string" ? [on] : on, orderBy };
}
