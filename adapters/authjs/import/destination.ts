import { isOrmError, uniqueViolation } from "../../../orm/errors.ts";
import { completeRecord, type RecordValues } from "../../../orm/values/normalize.ts";
import { modelClient } from "../../model-client.ts";
import { toRecord } from "../extra-fields.ts";
import type { AuthStore } from "../store.ts";
import type { ImportedModel } from "./options.ts";
import { knownModel } from "../../../orm/schema/known.ts";

type UniqueKey = Readonly<Record<string, unknown>>;

/** Where an import writes to. */
export interface Destination {
  /** The record at a unique key. */
  find(model: ImportedModel, where: UniqueKey): Promise<RecordValues | null>;
  /** Stores a record, or throws `UNIQUE_CONSTRAINT_VIOLATION`. */
  create(model: ImportedModel, data: RecordValues): Promise<void>;
}

/** Writes records. */
export class StoreDestination implements Destination {
  constructor(private readonly store: AuthStore) {}

  find(model: ImportedModel, where: UniqueKey): Promise<RecordValues | null> {
    return modelClient(this.store.orm, model).findUnique({ where });
  }

  async create(model: ImportedModel, data: RecordValues): Promise<void> {
    await modelClient(this.store.orm, model).create({ data: toRecord(knownModel(this.store.manifest, model), data) });
  }
}

/**
 * Checks records as a create would, against what is stored and what was checked before, and writes nothing. Tables that
 * are not there yet hold nothing.
 */
export class RehearsalDestination implements Destination {
  /** Records by their unique keys, with the fields that name their user only. */
  readonly #created = new Map<string, RecordValues>();

  /** Models whose tables are not there. */
  readonly #missing = new Set<ImportedModel>();

  constructor(private readonly store: AuthStore) {}

  async find(model: ImportedModel, where: UniqueKey): Promise<RecordValues | null> {
    return this.#created.get(keyText(model, where)) ?? (await this.#stored(model, where));
  }

  async #stored(model: ImportedModel, where: UniqueKey): Promise<RecordValues | null> {
    if (this.#missing.has(model)) return null;
    try {
      return await modelClient(this.store.orm, model).findUnique({ where });
    } catch (error) {
      if (!isOrmError(error, "MISSING_TABLE")) throw error;
      this.#missing.add(model);
      return null;
    }
  }

  async create(model: ImportedModel, data: RecordValues): Promise<void> {
    const manifest = knownModel(this.store.manifest, model);
    const record = completeRecord(manifest, toRecord(manifest, data), () => crypto.randomUUID());
    const keys = manifest.uniques
      .map(({ fields }) => ({ fields, where: Object.fromEntries(fields.map((field) => [field, record[field]])) }))
      .filter(({ where }) => Object.values(where).every((value) => value !== null));
    const stored = await Promise.all(keys.map(({ where }) => this.#stored(model, where)));
    // From here on nothing waits: of two records checked at once, one finds the other.
    const taken = keys.find(({ where }, position) => stored[position] ?? this.#created.get(keyText(model, where)));
    if (taken) throw uniqueViolation("dynamodb", model, taken.fields);
    const { id, userId } = record;
    for (const { where } of keys) this.#created.set(keyText(model, where), { id, userId });
  }
}

function keyText(model: string, where: UniqueKey): string {
  return JSON.stringify([model, ...Object.entries(where).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
