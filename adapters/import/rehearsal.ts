import { isOrmError, uniqueViolation } from "../../orm/errors.ts";
import { checkItemSize } from "../../orm/dynamodb/layout/item-size.ts";
import type { ModelLayout } from "../../orm/dynamodb/layout/model-layout.ts";
import { placesOf } from "../../orm/dynamodb/layout/place-items.ts";
import type { ModelManifest } from "../../orm/schema/manifest.ts";
import { completeRecord, type RecordValues } from "../../orm/values/normalize.ts";
import type { RowReference } from "./model-order.ts";
import type { RecordTarget } from "./record-target.ts";
import type { MappedRow } from "./row-mapper.ts";

/**
 * Checks records as a create would, against what is stored and what was checked before, and writes nothing. Tables
 * that are not there yet hold nothing. The unique values it has seen are kept in memory.
 */
export class RehearsedRecords implements RecordTarget {
  /** The id and what else is compared of the records that would be created, by their unique keys. */
  readonly #created = new Map<string, RecordValues>();
  readonly #missingTables = new Set<string>();

  constructor(
    private readonly stored: RecordTarget,
    private readonly layouts: ReadonlyMap<string, ModelLayout>,
  ) {}

  async find(model: ModelManifest, rows: readonly MappedRow[]): Promise<(RecordValues | null)[]> {
    const stored = await this.#ask(model.name, () => this.stored.find(model, rows));
    return rows.map(({ id }, i) => stored?.[i] ?? this.#created.get(keyText(model.name, ["id"], { id })) ?? null);
  }

  async holder(model: ModelManifest, fields: readonly string[], data: RecordValues): Promise<RecordValues | null> {
    const created = this.#created.get(keyText(model.name, fields, data));
    return created ?? (await this.#ask(model.name, () => this.stored.holder(model, fields, data))) ?? null;
  }

  async missing(reference: RowReference, values: readonly unknown[]): Promise<ReadonlySet<unknown>> {
    const { model, key } = reference;
    const unseen = values.filter((value) => !this.#created.has(keyText(model, [key], { [key]: value })));
    return (await this.#ask(model, () => this.stored.missing(reference, unseen))) ?? new Set(unseen);
  }

  async createMany(model: ModelManifest, records: readonly RecordValues[]): Promise<void> {
    const checked = await Promise.all(records.map((data) => this.#check(model, data)));
    // From here on nothing waits: of two records checked at once, one finds the other.
    const own = new Map<string, RecordValues>();
    for (const { record, keys, taken } of checked) {
      for (const { fields, text } of keys) {
        if (taken !== fields && !this.#created.has(text) && !own.has(text)) continue;
        throw uniqueViolation("dynamodb", model.name, fields);
      }
      for (const { text } of keys) own.set(text, { id: record["id"] });
    }
    for (const [text, record] of own) this.#created.set(text, record);
  }

  async update(): Promise<void> {}

  async deleteMany(_: ModelManifest, records: readonly RecordValues[]): Promise<number> {
    return Promise.resolve(records.length);
  }

  /** A record as a create would store it, its unique keys, and the one of them that a stored record has. */
  async #check(model: ModelManifest, data: RecordValues) {
    const record = completeRecord(model, data, () => globalThis.crypto.randomUUID());
    const layout = this.layouts.get(model.name);
    const [home] = layout ? placesOf(layout, record, { born: "", expiry: undefined }) : [];
    if (home) checkItemSize(model.name, home.item);
    const keys = model.uniques
      .filter(({ fields }) => fields.every((field) => record[field] !== null))
      .map(({ fields }) => ({ fields, text: keyText(model.name, fields, record) }));
    const stored = await Promise.all(
      keys.map(({ fields }) => this.#ask(model.name, () => this.stored.holder(model, fields, record))),
    );
    return { record, keys, taken: keys.find((_, position) => stored[position])?.fields };
  }

  async #ask<T>(model: string, ask: () => Promise<T>): Promise<T | undefined> {
    if (this.#missingTables.has(model)) return undefined;
    try {
      return await ask();
    } catch (error) {
      if (!isOrmError(error, "MISSING_TABLE")) throw error;
      this.#missingTables.add(model);
      return undefined;
    }
  }
}

function keyText(model: string, fields: readonly string[], values: RecordValues): string {
  return JSON.stringify([model, ...fields.toSorted().map((field) => [field, values[field]])]);
}
