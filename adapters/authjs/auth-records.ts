import type { UntypedModelClient, UntypedOrmClient } from "../../orm/client/untyped.ts";
import { isOrmError } from "../../orm/errors.ts";
import { backoff, RACE } from "../../orm/util/backoff.ts";
import type { ModelManifest } from "../../orm/schema/manifest.ts";
import type { RecordValues } from "../../orm/values/normalize.ts";
import { modelClient } from "../model-client.ts";
import { extraColumn, extraOf, fromRecord, splitData, toRecord } from "./extra-fields.ts";

type UniqueKey = Readonly<Record<string, unknown>>;

/** For an update that has to read first: each lost race means that another update won it. */
const LOST_RACES = 40;

/** One model's records in the form that Auth.js gives and takes them in. */
export class AuthRecords<T extends object> {
  constructor(
    private readonly orm: UntypedOrmClient,
    private readonly model: ModelManifest,
  ) {}

  async create(data: T): Promise<T> {
    return this.fromRecord(await this.client.create({ data: toRecord(this.model, data) }));
  }

  async find(where: UniqueKey): Promise<T | null> {
    return this.orNull(await this.client.findUnique({ where }));
  }

  /** Changes the fields that are given. */
  async update(where: UniqueKey, data: Partial<T>): Promise<T | null> {
    const { columns, extra } = splitData(this.model, data);
    const replacesColumns = Object.values(columns).every((value) => value !== null);
    if (replacesColumns && Object.keys(extra).length === 0) {
      return this.orNull(await this.client.update({ where, data: columns }));
    }
    return this.orNull(await this.merge(where, columns, extra));
  }

  /** Stores the data at a key, whether there is a record or not. */
  async upsert(where: UniqueKey, data: T): Promise<T> {
    const record = toRecord(this.model, data);
    return this.fromRecord(await this.client.upsert({ where, create: record, update: record }));
  }

  /** Deletes the record and returns it: one of many concurrent callers gets it. */
  async consume(where: UniqueKey): Promise<T | null> {
    return this.orNull(await this.client.consume({ where }));
  }

  fromRecord(record: RecordValues): T {
    return fromRecord<T>(this.model, record);
  }

  /** The ORM's operations on this model. */
  get client(): UntypedModelClient {
    return modelClient(this.orm, this.model.name);
  }

  /** Reads, and writes unless somebody else was faster; then once more. */
  private async merge(where: UniqueKey, columns: RecordValues, extra: RecordValues): Promise<RecordValues | null> {
    const run = async (tx: UntypedOrmClient) => {
      const client = modelClient(tx, this.model.name);
      const found = await client.findUnique({ where });
      if (!found) return null;
      // What a column now says, null included, must not be found among the undeclared fields.
      const kept = Object.entries(extraOf(found)).filter(([name]) => !Object.hasOwn(columns, name));
      const merged: RecordValues = { ...Object.fromEntries(kept), ...extra };
      return client.update({ where, data: { ...columns, ...extraColumn(merged) } });
    };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.orm.transaction(run);
      } catch (error) {
        // A taken value stays taken: that is thrown at once.
        if (attempt > LOST_RACES || !isOrmError(error, "TRANSACTION_CONFLICT")) throw error;
        await backoff(attempt, RACE);
      }
    }
  }

  private orNull(record: RecordValues | null): T | null {
    return record && this.fromRecord(record);
  }
}
