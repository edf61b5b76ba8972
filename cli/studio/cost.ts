import type { RequestEvent } from "../../orm/dynamodb/engine/request-event.ts";
import type { Cost } from "./page/wire.ts";

/** Requests that are listed one by one. */
const LISTED = 50;
const READS: ReadonlySet<string> = new Set(["GetItem", "BatchGetItem", "Query", "Scan"]);

/** What a call took. */
export function costOf(requests: readonly RequestEvent[], ms: number): Cost {
  const units = (read: boolean) => {
    const ofKind = requests.filter(({ operation, error }) => READS.has(operation) === read && error === undefined);
    const known = ofKind.flatMap(({ capacityUnits }) => capacityUnits ?? []);
    return known.length < ofKind.length ? undefined : known.reduce((sum, one) => sum + one, 0);
  };
  return {
    requests: requests.length,
    readUnits: units(true),
    writeUnits: units(false),
    ms: Math.round(ms),
    list: requests
      .slice(0, LISTED)
      .map(({ operation, model, tables, path, fields, items, capacityUnits, duration, error }) => ({
        ...{
          operation,
          model,
          tables,
          path,
          fields,
          items,
          units: capacityUnits,
          ms: Math.round(duration * 10) / 10,
          error,
        },
      })),
  };
}
