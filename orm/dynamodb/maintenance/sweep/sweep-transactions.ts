import { checkOptions, type OptionsOf } from "../../../options/check-options.ts";
import { callback, requiredClient, schemaOption } from "../../../options/option-kinds.ts";
import type { Schema } from "../../../schema/model.ts";
import { Store } from "../../context.ts";
import { SHARED_OPTIONS } from "../../driver-options.ts";
import type { DynamodbClient } from "../../engine/client.ts";
import { sweepTable, type Swept } from "../../engine/journal/sweep-table.ts";
import type { RequestEvent } from "../../engine/request-event.ts";
import { TABLE_NAMING, type TableNaming } from "../../layout/model-layout.ts";
import { storableManifest } from "../../layout/storable.ts";
import { requireFormat } from "../require-format.ts";
import { schemaTables } from "../schema-tables.ts";

export type { Swept };

/** What {@link sweepTransactions} takes. */
export interface SweepOptions extends TableNaming {
  readonly schema: Schema;
  readonly client: DynamodbClient;
  /** Told of every request that was sent. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
}

const SWEEP_OPTIONS: OptionsOf<SweepOptions> = {
  schema: schemaOption(),
  client: requiredClient(),
  ...TABLE_NAMING,
  onRequest: callback(),
};

/** What a sweep did, over all tables. */
export interface SweepReport extends Swept {
  readonly tables: readonly ({ readonly table: string } & Swept)[];
}

/**
 * Ends transactions of several requests whose process has gone in the middle of them: what was committed gets its
 * new form, the rest is as it was before. Readers and writers do the same with what they meet; this does it with what
 * nobody meets. It reads 16 short partitions a table, and waits five seconds where one may be under way. Traces of
 * what ended more than a week ago go, too, where DynamoDB's TTL does not take them. On an engine without transactions,
 * which has no TTL either (Dynalite, a strongly consistent global table), it reads the whole table, and removes what
 * has expired. Throws `STORAGE_FORMAT_UNSUPPORTED` where one of the tables is of a newer release, before it writes.
 *
 * @example
 * ```ts
 * const { committed, aborted, pending } = await sweepTransactions({ schema, client, table: "auth" });
 * ```
 */
export async function sweepTransactions(options: SweepOptions): Promise<SweepReport> {
  checkOptions("sweepTransactions", options, { own: SWEEP_OPTIONS, shared: SHARED_OPTIONS });
  const { schema, client, table, tables, tablePrefix, onRequest } = options;
  const context = new Store({ client, table, tables, tablePrefix, onRequest }, storableManifest(schema)).job();
  await requireFormat(context);
  const swept: ({ readonly table: string } & Swept)[] = [];
  for (const { name, layouts } of schemaTables(context.layouts)) {
    const model = layouts[0].model.name;
    swept.push({ table: name, ...(await sweepTable(context.sender, model, name, context.now())) });
  }
  const sum = (count: keyof Swept) => swept.reduce((all, one) => all + one[count], 0);
  return {
    committed: sum("committed"),
    aborted: sum("aborted"),
    pending: sum("pending"),
    removed: sum("removed"),
    expired: sum("expired"),
    tables: swept,
  };
}
