import type { ForeignTable } from "../../../orm/dynamodb/maintenance/copy/foreign-table.ts";
import type { PlainItem } from "../../../orm/dynamodb/maintenance/copy/plain-item.ts";
import { mapLimit } from "../../../orm/util/map-limit.ts";
import { isOrmError, type OrmError, type OrmErrorCode } from "../../../orm/errors.ts";
import type { RecordValues } from "../../../orm/values/normalize.ts";
import type { Destination } from "./destination.ts";
import type { ForeignLayout, ForeignRecord } from "./foreign-layout.ts";
import type { ImportDuplicate, ImportedModel, LeftOutRecord } from "./options.ts";

const CONCURRENCY = 16;

/** What is wrong with one record, as opposed to the import. */
const PROBLEMS: readonly OrmErrorCode[] = ["INVALID_VALUE", "INVALID_QUERY", "ITEM_TOO_LARGE"];

/** The values that tell whether a record was imported before. */
const KEYS: Readonly<Record<ImportedModel, readonly string[]>> = {
  user: ["id"],
  account: ["provider", "providerAccountId"],
  session: ["sessionToken"],
  verificationToken: ["identifier", "token"],
};

/** Imports pages of foreign items, users before what belongs to them, and keeps count. */
export class Importer {
  expired = 0;
  unknown = 0;
  readonly imported = { user: 0, account: 0, session: 0, verificationToken: 0 };
  readonly present = { user: 0, account: 0, session: 0, verificationToken: 0 };
  readonly duplicates: ImportDuplicate[] = [];
  readonly leftOut: LeftOutRecord[] = [];
  /** Users that were imported, or looked for, before the scan came to them: whether they are there. */
  readonly #ahead = new Map<string, Promise<boolean>>();

  constructor(
    private readonly source: ForeignTable,
    private readonly layout: ForeignLayout,
    private readonly to: Destination,
  ) {}

  async importPage(items: readonly PlainItem[]): Promise<void> {
    const records = items.map((item) => this.layout.read(item)).filter((record) => record !== undefined);
    this.unknown += items.length - records.length;
    const live = records.filter((record) => !isExpired(record));
    this.expired += records.length - live.length;

    const there = new Map<unknown, boolean>();
    const users = live.filter(({ model, data }) => model === "user" && !this.#ahead.has(String(data["id"])));
    await inTurns(users, async (user) => {
      there.set(user.data["id"], await this.#import(user));
    });
    const others = live.filter(({ model }) => model !== "user");
    await inTurns(others, async (record) => {
      const { userId } = record.data;
      if (record.model === "verificationToken" || (await (there.get(userId) ?? this.#userIsThere(userId)))) {
        await this.#import(record);
      } else {
        this.#leaveOut(record, "its user does not exist, or was left out");
      }
    });
  }

  /** Whether a user is stored. One that the scan has not come to yet is imported now. */
  #userIsThere(id: unknown): Promise<boolean> | boolean {
    if (typeof id !== "string") return false;
    let there = this.#ahead.get(id);
    if (!there) {
      there = this.#fetchUser(id);
      this.#ahead.set(id, there);
    }
    return there;
  }

  async #fetchUser(id: string): Promise<boolean> {
    const item = await this.source.get(this.layout.userKey(id));
    const user = item && this.layout.read(item);
    return user ? this.#import(user) : (await this.to.find("user", { id })) !== null;
  }

  /** Imports a record and tells whether it is there now. */
  async #import(record: ForeignRecord): Promise<boolean> {
    const { model, data } = record;
    try {
      const found = await this.to.find(model, pick(data, KEYS[model]));
      if (found) return this.#found(record, KEYS[model], found);
      await this.to.create(model, data);
      this.imported[model] += 1;
      return true;
    } catch (error) {
      if (isOrmError(error, "UNIQUE_CONSTRAINT_VIOLATION")) return this.#taken(record, error);
      if (!isOrmError(error) || !PROBLEMS.includes(error.code)) throw error;
      this.#leaveOut(record, error.message);
      return false;
    }
  }

  async #taken(record: ForeignRecord, error: OrmError): Promise<boolean> {
    const fields = error.meta.target ?? [];
    return this.#found(record, fields, await this.to.find(record.model, pick(record.data, fields)));
  }

  /** A record was found that has the unique values of one to import: it is the same one, or the other keeps them. */
  #found({ model, data }: ForeignRecord, fields: readonly string[], found: RecordValues | null): boolean {
    const owner = (record: RecordValues | null) => (model === "user" ? record?.["id"] : record?.["userId"]);
    if (owner(found) === owner(data)) {
      this.present[model] += 1;
      return true;
    }
    // A session's token signs its user in: it belongs in no report.
    const values = model === "session" ? Object.fromEntries(fields.map((field) => [field, "…"])) : pick(data, fields);
    this.duplicates.push({ model, fields, values, ids: [String(owner(found)), String(owner(data))] });
    return false;
  }

  #leaveOut({ model, data }: ForeignRecord, reason: string): void {
    this.leftOut.push({ model, userId: model === "user" ? data["id"] : data["userId"], reason });
  }
}

/**
 * Runs for many records at once, but one after another for those that want the same unique values:
 * the first of the table gets them, in a dry run and in earnest alike.
 */
async function inTurns(
  records: readonly ForeignRecord[],
  run: (record: ForeignRecord) => Promise<void>,
): Promise<void> {
  const turns: ForeignRecord[][] = [];
  const counts = new Map<string, number>();
  for (const record of records) {
    const { model, data } = record;
    const key = JSON.stringify(pick(data, model === "user" ? ["email"] : KEYS[model]));
    const turn = counts.get(key) ?? 0;
    counts.set(key, turn + 1);
    (turns[turn] ??= []).push(record);
  }
  for (const turn of turns) await mapLimit(turn, CONCURRENCY, run);
}

function pick(data: RecordValues, fields: readonly string[]): RecordValues {
  return Object.fromEntries(fields.map((field) => [field, data[field]]));
}

function isExpired({ model, data: { expires } }: ForeignRecord): boolean {
  return (
    (model === "session" || model === "verificationToken") && expires instanceof Date && expires.getTime() <= Date.now()
  );
}
