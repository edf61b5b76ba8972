import type { FindQuery } from "../../driver.ts";
import { OrmError } from "../../errors.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { suggestIndex } from "./explain.ts";
import { fieldsIn } from "../../query/predicate.ts";
import type { WarningLogger } from "../../util/warning-logger.ts";

/** What happens when no key or index serves a query. */
export type ScanMode = "allow" | "warn" | "refuse";

type Scanned = Pick<FindQuery, "where" | "orderBy">;

/** Decides about scans: warns once for each access path, or refuses. */
export class ScanPolicy {
  readonly #warned = new Set<string>();

  constructor(
    private readonly mode: ScanMode,
    private readonly logger: WarningLogger,
  ) {}

  /** Called before a scan. Throws `SCAN_REFUSED` where scans are refused. */
  check(layout: ModelLayout, query: Scanned): void {
    if (this.mode === "allow") return;
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
    this.#warnOnce(`${name} ${fields.join(" ")} ${suggestion}`, message);
    // Told as well as thrown: callers exist that take any error for an empty result.
    if (this.mode === "refuse") {
      throw new OrmError({
        code: "SCAN_REFUSED",
        backendKind: "dynamodb",
        message,
        meta: { model: name, target: fields, table: layout.table },
      });
    }
  }

  #warnOnce(path: string, message: string): void {
    if (this.#warned.has(path)) return;
    this.#warned.add(path);
    this.logger.warn(message);
  }
}

function fieldsOf({ where, orderBy }: Scanned): string[] {
  return [...new Set([...fieldsIn(where), ...orderBy.map((term) => term.field)])];
}
