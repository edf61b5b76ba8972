import type { PlainItem } from "../../../orm/dynamodb/maintenance/copy/plain-item.ts";
import type { Manifest, ModelManifest } from "../../../orm/schema/manifest.ts";
import { setOwn } from "../../../orm/values/json.ts";
import type { RecordValues } from "../../../orm/values/normalize.ts";
import type { AuthJsDynamoDBSource, ImportedModel } from "./options.ts";
import { knownModel } from "../../../orm/schema/known.ts";

/** An item of `@auth/dynamodb-adapter` as data of Auth.js. */
export interface ForeignRecord {
  readonly model: ImportedModel;
  readonly data: RecordValues;
}

const USER = "USER#";
const ACCOUNT = "ACCOUNT#";
const SESSION = "SESSION#";
const VERIFICATION = "VT#";

/** The `type` that the adapter marks items with. An account's `type` is its own. */
const MARKS: Readonly<Record<ImportedModel, string | undefined>> = {
  user: "USER",
  session: "SESSION",
  verificationToken: "VT",
  account: undefined,
};

/** How `@auth/dynamodb-adapter` lays records out in its table. */
export class ForeignLayout {
  readonly #partitionKey: string;
  readonly #sortKey: string;
  readonly #keys: ReadonlySet<string>;

  constructor(
    source: AuthJsDynamoDBSource,
    private readonly manifest: Manifest,
  ) {
    this.#partitionKey = source.partitionKey ?? "pk";
    this.#sortKey = source.sortKey ?? "sk";
    const { indexPartitionKey = "GSI1PK", indexSortKey = "GSI1SK" } = source;
    this.#keys = new Set([this.#partitionKey, this.#sortKey, indexPartitionKey, indexSortKey]);
  }

  /** The key of a user's item. */
  userKey(id: string): Record<string, string> {
    return { [this.#partitionKey]: USER + id, [this.#sortKey]: USER + id };
  }

  /** Reads an item. Undefined for one that is none of Auth.js's. */
  read(item: PlainItem): ForeignRecord | undefined {
    const partition = item[this.#partitionKey];
    const sort = item[this.#sortKey];
    if (typeof partition !== "string" || typeof sort !== "string") return undefined;
    const model = modelAt(partition, sort);
    if (!model) return undefined;
    const manifest = knownModel(this.manifest, model);
    const data: RecordValues = { ...fromKeys(model, partition, sort) };
    for (const [name, value] of Object.entries(item)) {
      if (this.#keys.has(name) || (name === "type" && value === MARKS[model])) continue;
      // The adapter gave accounts an id that Auth.js never sees.
      if (name === "id" && model === "account") continue;
      setOwn(data, name, inColumn(manifest, name, value));
    }
    return { model, data };
  }
}

function modelAt(partition: string, sort: string): ImportedModel | undefined {
  if (partition.startsWith(VERIFICATION) && sort.startsWith(VERIFICATION)) return "verificationToken";
  if (!partition.startsWith(USER)) return undefined;
  if (sort === partition) return "user";
  if (sort.startsWith(ACCOUNT)) return "account";
  return sort.startsWith(SESSION) ? "session" : undefined;
}

/** What the keys say, should an item lack the attributes. */
function fromKeys(model: ImportedModel, partition: string, sort: string): RecordValues {
  const userId = partition.slice(USER.length);
  switch (model) {
    case "user":
      return { id: userId };
    case "account":
      return { userId };
    case "session":
      return { userId, sessionToken: sort.slice(SESSION.length) };
    case "verificationToken":
      return { identifier: partition.slice(VERIFICATION.length), token: sort.slice(VERIFICATION.length) };
  }
}

/**
 * A value as its column takes it. The adapter wrote `expires` in seconds, for the table's TTL, and
 * other dates as text; where no model says that a text is a date, it stays one.
 */
function inColumn(model: ModelManifest, name: string, value: unknown): unknown {
  if (model.fields.get(name)?.kind !== "datetime") return value;
  if (typeof value === "number") return new Date(Math.round(value * 1000));
  return typeof value === "string" ? new Date(value) : value;
}
