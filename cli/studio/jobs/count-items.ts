import type { ModelLayout } from "../../../orm/dynamodb/layout/model-layout.ts";
import type { Item } from "../../../orm/dynamodb/layout/attribute-value.ts";
import { itemSize } from "../../../orm/dynamodb/layout/item-size.ts";
import { numberOf, textOf } from "../../../orm/dynamodb/layout/stored-record.ts";
import { requireFormat } from "../../../orm/dynamodb/maintenance/require-format.ts";
import { scanTables } from "../../../orm/dynamodb/maintenance/scan-tables.ts";
import { schemaTables } from "../../../orm/dynamodb/maintenance/schema-tables.ts";
import type { Counts, ModelSizes } from "../page/wire.ts";
import type { Work } from "../studio.ts";
import type { JobStep } from "./job.ts";

const COUNTERS = { record: "records", unique: "uniqueEntries", index: "indexEntries" } as const;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Reads every item once, eventually consistent, and counts: records, entries, sizes, what has expired, sessions. */
export async function* countItems(work: Work, signal: AbortSignal): AsyncGenerator<JobStep<Counts>, void, void> {
  const { layouts, target } = work.studio;
  const tables = schemaTables(layouts).map(({ name, layouts: [first] }) => ({ name, model: first.model.name }));
  const context = work.store.job();
  await requireFormat(context);
  const tally = new Tally(layouts);
  const scan = { sender: context.sender, client: target.client, tables, only: { ConsistentRead: false }, signal };
  for await (const { items, progress } of scanTables(scan)) {
    for (const item of items) tally.add(item);
    yield { done: progress.done, total: progress.total, result: tally.result() };
  }
}

class Tally {
  readonly #models: Map<string, Mutable<ModelSizes>>;
  readonly #days = new Map<string, number>();
  readonly #session: { readonly field: string; readonly column: string } | undefined;
  readonly #now = Date.now() / 1000;

  constructor(layouts: ReadonlyMap<string, ModelLayout>) {
    this.#models = new Map([...layouts.keys()].map((model) => [model, none(model)]));
    this.#session = dayField(layouts.get("session"));
  }

  add(item: Item): void {
    const model = textOf(item, "_model");
    const kind = textOf(item, "_kind");
    if (model === undefined || (kind !== "record" && kind !== "unique" && kind !== "index")) return;
    // Models that the schema has no longer are told, too: that is what one looks for.
    const sizes = this.#models.get(model) ?? none(model);
    this.#models.set(model, sizes);
    sizes[COUNTERS[kind]]++;
    sizes.bytes += itemSize(item);
    const ends = numberOf(item, "_ttl");
    if (ends !== undefined && ends < this.#now) sizes.expired++;
    const day = kind === "record" && model === "session" && this.#session && textOf(item, this.#session.column);
    if (day) this.#days.set(day.slice(0, 10), (this.#days.get(day.slice(0, 10)) ?? 0) + 1);
  }

  result(): Counts {
    const days = [...this.#days].map(([day, count]) => ({ day, count }));
    return {
      models: [...this.#models.values()].map((sizes) => ({ ...sizes })),
      sessions: { field: this.#session?.field ?? "", days: days.sort((a, b) => (a.day < b.day ? -1 : 1)) },
    };
  }
}

function none(model: string): Mutable<ModelSizes> {
  return { model, records: 0, uniqueEntries: 0, indexEntries: 0, bytes: 0, expired: 0 };
}

/** The day of a session: when it began, else when it ends. */
function dayField(session: ModelLayout | undefined) {
  const fields = session?.model.fields;
  const field = fields?.get("createdAt") ?? fields?.get(session?.model.expires?.field ?? "");
  return field?.kind === "datetime" ? { field: field.name, column: field.column } : undefined;
}
