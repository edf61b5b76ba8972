import type { UntypedModelClient, UntypedOrmClient } from "../../orm/client/untyped.ts";
import { homeFields } from "../../orm/schema/known.ts";
import type { ModelManifest } from "../../orm/schema/manifest.ts";
import { mapLimit } from "../../orm/util/map-limit.ts";
import type { RecordValues } from "../../orm/values/normalize.ts";
import type { RowReference } from "./model-order.ts";
import type { MappedRow } from "./row-mapper.ts";

type Where = Readonly<Record<string, unknown>>;

/** Reads at a time: those of one tick share requests. */
const READS = 400;

/** Ids of one model that are kept in memory. */
const REMEMBERED = 1_000_000;

/** Where an import writes to. */
export interface RecordTarget {
  /** The records of some rows, by their ids. */
  find(model: ModelManifest, rows: readonly MappedRow[]): Promise<(RecordValues | null)[]>;
  /** The record with the same values of a unique key. */
  holder(model: ModelManifest, fields: readonly string[], data: RecordValues): Promise<RecordValues | null>;
  /** Which of the values of a reference lead to no record. */
  missing(reference: RowReference, values: readonly unknown[]): Promise<ReadonlySet<unknown>>;
  /** Stores records, all of those that fit into one transaction or none. Throws what a create throws. */
  createMany(model: ModelManifest, records: readonly RecordValues[]): Promise<void>;
  /** Changes fields of a record that was found. */
  update(model: ModelManifest, found: RecordValues, data: RecordValues): Promise<void>;
  deleteMany(model: ModelManifest, records: readonly RecordValues[]): Promise<number>;
}

/** Records in the tables. */
export class StoredRecords implements RecordTarget {
  /** Ids of records that this run has written, by model: they need no look-up to be referred to. */
  readonly #written = new Map<string, Set<unknown>>();

  constructor(private readonly orm: UntypedOrmClient) {}

  find(model: ModelManifest, rows: readonly MappedRow[]): Promise<(RecordValues | null)[]> {
    const client = this.#client(model.name);
    return mapLimit(rows, READS, ({ id, data }) => client.findFirst({ where: placeOf(model, { ...data, id }) }));
  }

  holder(model: ModelManifest, fields: readonly string[], data: RecordValues): Promise<RecordValues | null> {
    return this.#client(model.name).findFirst({ where: pick(data, fields) });
  }

  async missing({ model, key }: RowReference, values: readonly unknown[]): Promise<ReadonlySet<unknown>> {
    const client = this.#client(model);
    const written = key === "id" ? this.#written.get(model) : undefined;
    const distinct = [...new Set(values)].filter((value) => !written?.has(value));
    const found = await mapLimit(distinct, READS, (value) => client.findFirst({ where: { [key]: value } }));
    return new Set(distinct.filter((_, position) => found[position] === null));
  }

  async createMany(model: ModelManifest, data: readonly RecordValues[]): Promise<void> {
    await this.#client(model.name).createMany({ data });
    const written = this.#written.get(model.name) ?? new Set();
    this.#written.set(model.name, written);
    if (written.size < REMEMBERED) for (const { id } of data) written.add(id);
  }

  async update(model: ModelManifest, found: RecordValues, data: RecordValues): Promise<void> {
    await this.#client(model.name).update({ where: placeOf(model, found), data });
  }

  async deleteMany(model: ModelManifest, records: readonly RecordValues[]): Promise<number> {
    const client = this.#client(model.name);
    const deleted = await mapLimit(records, 8, (record) => client.deleteMany({ where: placeOf(model, record) }));
    return deleted.reduce((sum, count) => sum + count, 0);
  }

  #client(model: string): UntypedModelClient {
    const client = this.orm[model];
    if (!client) throw new TypeError(`The schema has no model "${model}"`);
    return client;
  }
}

/** The `where` that leads to one record at the least price: its home and its id. */
function placeOf(model: ModelManifest, record: RecordValues): Where {
  const home = homeFields(model).filter((field) => record[field] !== null && record[field] !== undefined);
  return pick(record, ["id", ...home]);
}

function pick(record: RecordValues, fields: readonly string[]): RecordValues {
  return Object.fromEntries(fields.map((field) => [field, record[field]]));
}
