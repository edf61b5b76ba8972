import type { StoreContext } from "../../context.ts";
import { readRecordedSchema } from "../push/recorded-schema.ts";
import type { RecordedModel } from "../push/schema-change.ts";

/** A table that an audit looks at. */
export interface AuditedTable {
  readonly name: string;
  /** What was pushed to it: other instances may live by keys that the audit's own schema does not have. */
  readonly recorded: ReadonlyMap<string, RecordedModel>;
}

/**
 * A table, with what is recorded of it at this moment: asked for with every page, since a push may
 * come in between. It notes what it begins before it writes any entry.
 */
export async function auditedTable(context: StoreContext, name: string, model: string): Promise<AuditedTable> {
  const recorded = await readRecordedSchema(context, name, model);
  return { name, recorded: recorded?.models ?? new Map<string, RecordedModel>() };
}
