import type { FindQuery } from "../../driver.ts";
import { OrmError } from "../../errors.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { suggestIndex } from "./explain.ts";
import { fieldsIn } from "../../query/predicate.ts";
import type { WarningLogger } from "../../util/warning-logger.ts";

/** What happens when no key or index serves a query. */
export type ScanMode = "allow" | "warn" | "refuse";

type Scanned = Pick<FindQuery, "where" | "orderBy">;

/** What scans are told by, and what was told. */
export interface ScanPolicy {
  readonly mode: ScanMode;
  readonly logger: WarningLogger;
  /** The access paths that were told: each is told once. */
  readonly warned: Set<string>;
}

/** Called before a scan: warns of it, or throws `SCAN_REFUSED` where scans are refused. */
export function checkScan({ mode, logger, warned }: ScanPolicy, layout: ModelLayout, query: Scanned): void {
  if (mode === "allow") return;
  const { name } = layout.model;
  const fields = fieldsOf(query);
  const suggestion = suggestIndex(query);
  const message =
    fields.length === 0
      ? `A query for all "${name}" records reads the whole table "${layout.table}", and no index would serve it. ` +
        'Set scans: "allow" to accept that.'
      : `No key or index of "${name}" serves a query by ${fields.join(", ")}: it reads the whole table ` +
        `"${layout.table}". ` +
        `Index that would serve it: ${suggestion}.`;
  const path = `${name} ${fields.join(" ")} ${suggestion}`;
  if (!warned.has(path)) logger.warn(message);
  warned.add(path);
  // Told as well as thrown: callers exist that take any error for an empty result.
  if (mode === "refuse") {
    throw new OrmError({
      code: "SCAN_REFUSED",
      backendKind: "dynamodb",
      message,
      meta: { model: name, target: fields, table: layout.table },
    });
  }
}

function fieldsOf({ where, orderBy }: Scanned): string[] {
  return [...new Set([...fieldsIn(where), ...orderBy.map((term) => term.field)])];
}
