import { MAX_TRANSACTION_ITEMS } from "../../orm/dynamodb/engine/limits.ts";
import { itemsToCreate } from "../../orm/dynamodb/layout/item-count.ts";
import type { ModelLayout } from "../../orm/dynamodb/layout/model-layout.ts";
import { isOrmError, type OrmError } from "../../orm/errors.ts";
import type { ModelManifest } from "../../orm/schema/manifest.ts";
import { mapLimit } from "../../orm/util/map-limit.ts";
import { valuesEqual } from "../../orm/values/compare.ts";
import type { RecordValues } from "../../orm/values/normalize.ts";
import type { OrderedModel, RowReference } from "./model-order.ts";
import type { RecordTarget } from "./record-target.ts";
import type { LeftOutRow, MoveLog } from "./report.ts";
import type { MappedRow } from "./row-mapper.ts";

/** Writes under way at a time. */
const CONCURRENCY = 8;

/** Columns that an import knows the meaning of. */
export interface KnownColumns {
  /** What new records have beside the row's own values. */
  readonly onCreate: (model: string) => RecordValues;
  /** When a record was changed last. */
  readonly updatedAt: (model: string) => string;
}

/** Writes pages of rows that are mapped already. */
export class PageImporter {
  /** Models none of whose records were there so far: theirs are created without looking first. */
  readonly #absent = new Set<string>();

  constructor(
    private readonly target: RecordTarget,
    private readonly layouts: ReadonlyMap<string, ModelLayout>,
    private readonly log: MoveLog,
    private readonly columns: KnownColumns,
  ) {}

  /** Brings records up to their rows: those that are not there are created, those that differ are changed. */
  async importRows({ model, references, late }: OrderedModel, mapped: readonly MappedRow[]): Promise<void> {
    const live = mapped.filter((row) => !this.#isExpired(model, row));
    const rows = await this.#withParents(model, references, live);
    const lateFields = new Set(late.map(({ field }) => field));
    const found = this.#absent.has(model.name) ? [] : await this.target.find(model, rows);
    if (rows.length > 0 && found.every((record) => record === null)) this.#absent.add(model.name);
    const absent = rows.filter((_, position) => !found[position]);
    const held = found.flatMap((record, position) => (record ? [{ record, row: rows[position]! }] : []));
    await mapLimit(held, CONCURRENCY, ({ record, row }) => this.#compare(model, record, without(row.data, lateFields)));
    const records = absent.map(({ data }) => ({ ...this.columns.onCreate(model.name), ...without(data, lateFields) }));
    // One after another for those that want the same unique values: the first of the source gets them.
    for (const turn of turnsOf(model, records))
      await mapLimit(chunksOf(this.layouts.get(model.name)!, turn), CONCURRENCY, async (chunk) => {
        await nextTurn();
        await this.#create(model, chunk);
      });
  }

  /** Gives records their references along a circle. */
  async linkRows({ model, late }: OrderedModel, mapped: readonly MappedRow[]): Promise<void> {
    const linked = mapped.filter(({ data }) => late.some(({ field }) => (data[field] ?? null) !== null));
    const rows = await this.#withParents(model, late, linked);
    const found = await this.target.find(model, rows);
    await mapLimit(rows, CONCURRENCY, async ({ data }, position) => {
      const record = found[position];
      if (record) await this.#change(model, record, differing(model, record, pick(data, late)));
    });
  }

  /** Rows whose references lead to records. */
  async #withParents(
    model: ModelManifest,
    references: readonly RowReference[],
    rows: readonly MappedRow[],
  ): Promise<MappedRow[]> {
    let kept = [...rows];
    for (const reference of references) {
      const { field, onDelete } = reference;
      const values = kept.map(({ data }) => data[field] ?? null).filter((value) => value !== null);
      const missing = await this.target.missing(reference, values);
      const leadsNowhere = ({ data }: MappedRow) => missing.has(data[field]);
      const dangling = missing.size === 0 ? [] : kept.filter(leadsNowhere);
      for (const { id } of dangling) this.#leaveOut(danglingRow(model, id, reference));
      // What a delete would have set to null is of no use, and the row is.
      kept = kept.flatMap((row) => {
        if (!dangling.includes(row)) return [row];
        return onDelete === "set null" ? [{ ...row, data: { ...row.data, [field]: null } }] : [];
      });
    }
    return kept;
  }

  #isExpired(model: ModelManifest, { data }: MappedRow): boolean {
    if (!hasExpired(model, data)) return false;
    this.log.count("expired", model.name);
    return true;
  }

  async #compare(model: ModelManifest, record: RecordValues, data: RecordValues): Promise<void> {
    const changed = differing(model, record, data);
    if (Object.keys(changed).length === 0) this.log.count("present", model.name);
    else if (isNewer(record, data, this.columns.updatedAt(model.name))) this.log.count("newer", model.name);
    else if (await this.#change(model, record, changed)) this.log.count("updated", model.name);
  }

  async #change(model: ModelManifest, record: RecordValues, changed: RecordValues): Promise<boolean> {
    if (Object.keys(changed).length === 0) return false;
    try {
      await this.target.update(model, record, changed);
      return true;
    } catch (error) {
      await this.#refused(model, { ...record, ...changed }, error);
      return false;
    }
  }

  /** Creates records together, or where one of them is refused, half of them and the other half. */
  async #create(model: ModelManifest, records: readonly RecordValues[]): Promise<void> {
    try {
      await this.target.createMany(model, records);
      this.log.count("imported", model.name, records.length);
    } catch (error) {
      if (!isOrmError(error)) throw error;
      this.#absent.delete(model.name);
      const [record, ...others] = records;
      if (record && others.length === 0) return this.#refused(model, record, error);
      const half = Math.ceil(records.length / 2);
      await this.#create(model, records.slice(0, half));
      await this.#create(model, records.slice(half));
    }
  }

  /** Finds out why a record was refused. One that is there after all is compared; the rest is the import's failure. */
  async #refused(model: ModelManifest, record: RecordValues, error: unknown): Promise<void> {
    if (!isOrmError(error)) throw error;
    const id = String(record["id"]);
    const fields = error.meta.target ?? [];
    switch (error.code) {
      case "UNIQUE_CONSTRAINT_VIOLATION":
        return this.#taken(model, record, error);
      case "FOREIGN_KEY_VIOLATION":
        return this.#leaveOut({ model: model.name, id, reason: "dangling", fields, detail: error.message });
      case "ITEM_TOO_LARGE":
        return this.#leaveOut({ model: model.name, id, reason: "tooLarge", fields, detail: error.message });
      case "INVALID_VALUE":
        return this.#leaveOut({ model: model.name, id, reason: "invalid", fields, detail: error.message });
      default:
        throw error;
    }
  }

  async #taken(model: ModelManifest, record: RecordValues, error: OrmError): Promise<void> {
    const fields = error.meta.target ?? ["id"];
    const holder = await this.target.holder(model, fields, record);
    const id = String(record["id"]);
    const isOwn = holder?.["id"] === id;
    // Written by this run, in a transaction whose answer was taken for a failure, or somewhere else than expected.
    if (holder && isOwn) return this.#compare(model, holder, record);
    this.log.duplicates.push({ model: model.name, fields, ids: [String(holder?.["id"] ?? ""), id] });
  }

  #leaveOut(row: LeftOutRow): void {
    this.log.leftOut.push(row);
  }
}

function danglingRow(
  model: ModelManifest,
  id: string,
  { field, model: target, key, onDelete }: RowReference,
): LeftOutRow {
  const kept = onDelete === "set null" ? "; imported without it" : "";
  return {
    ...{ model: model.name, id, reason: "dangling", fields: [field] },
    detail: `its ${field} leads to no ${target}.${key}, or to one that was left out${kept}`,
  };
}

/** Whether a record is of no use any more: its time has passed, and TTL would remove it. */
export function hasExpired({ expires }: ModelManifest, data: RecordValues): boolean {
  const value = expires && data[expires.field];
  const time = value instanceof Date ? value.getTime() : value;
  return expires !== undefined && typeof time === "number" && time + expires.after * 1000 <= Date.now();
}

/** The fields of `data` in which a record differs. */
export function differing(model: ModelManifest, record: RecordValues, data: RecordValues): RecordValues {
  return Object.fromEntries(
    Object.entries(data).filter(([name, value]) => {
      const field = model.fields.get(name);
      return field && !valuesEqual(field.kind, record[name], value);
    }),
  );
}

function isNewer(record: RecordValues, data: RecordValues, updatedAt: string): boolean {
  const [here, there] = [record[updatedAt], data[updatedAt]];
  return here instanceof Date && there instanceof Date && here.getTime() > there.getTime();
}

/** Records in turns: no two of one turn have the same value of a unique key. */
function turnsOf(model: ModelManifest, records: readonly RecordValues[]): RecordValues[][] {
  const turns: RecordValues[][] = [];
  const taken = new Map<string, number>();
  for (const record of records) {
    const keys = model.uniques
      .map(({ fields }) => fields.map((field) => [field, record[field] ?? null]))
      .filter((values) => values.every(([, value]) => value !== null))
      .map((values) => JSON.stringify(values));
    const turn = Math.max(0, ...keys.map((key) => (taken.get(key) ?? -1) + 1));
    for (const key of keys) taken.set(key, turn);
    (turns[turn] ??= []).push(record);
  }
  return turns;
}

/** Lets what is written by now go out: the database works on one transaction while the next one is made. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** As many records as one transaction can hold, with all their entries and what they refer to. */
function chunksOf(layout: ModelLayout, records: readonly RecordValues[]): RecordValues[][] {
  const chunks: RecordValues[][] = [];
  let items = MAX_TRANSACTION_ITEMS;
  for (const record of records) {
    const own = itemsToCreate(layout, record);
    const fits = items + own <= MAX_TRANSACTION_ITEMS;
    if (fits) chunks.at(-1)?.push(record);
    else chunks.push([record]);
    items = fits ? items + own : own;
  }
  return chunks;
}

function without(data: RecordValues, fields: ReadonlySet<string>): RecordValues {
  return fields.size === 0 ? data : Object.fromEntries(Object.entries(data).filter(([name]) => !fields.has(name)));
}

function pick(data: RecordValues, references: readonly RowReference[]): RecordValues {
  return Object.fromEntries(references.map(({ field }) => [field, data[field] ?? null]));
}
