import { keyValueModel } from "../../../orm/dynamodb/key-value/key-value-model.ts";
import { TableRequests } from "../../../orm/dynamodb/key-value/table-requests.ts";
import { KeyValueStore } from "../../../orm/dynamodb/key-value/key-value-store.ts";
import type { TableNaming } from "../../../orm/dynamodb/layout/model-layout.ts";
import { defineSchema, type Model, type Schema } from "../../../orm/schema/model.ts";
import { withDescription } from "../../description.ts";
import type { DynamodbStorageOptions } from "./options.ts";

/** The models of the storages, which are the names of their tables, too. */
export type StorageModel = "secondaryStorage" | "rateLimitWindow";

/**
 * The ORM schema of `dynamodbSecondaryStorage` and `dynamodbRateLimit`, to push where they have a table of their own.
 * `createAuthSchema` holds it, too, where `auth.options` has these storages.
 *
 * @example
 * ```ts
 * await pushSchema({ schema: createStorageSchema(), client, table: "auth-values" });
 * ```
 */
export function createStorageSchema(): Schema<Record<StorageModel, Model>> {
  return defineSchema({
    secondaryStorage: keyValueModel("secondaryStorage"),
    rateLimitWindow: keyValueModel("rateLimitWindow"),
  });
}

/** Opens the store of one model. */
export function openStore(name: StorageModel, options: DynamodbStorageOptions): KeyValueStore {
  return new KeyValueStore(new TableRequests({ ...options, ...namingOf(name, options) }, schemaOf(name)));
}

/** Makes a storage tell where its values are: see `storage-models.ts`. */
export function describeStorage<Storage extends object>(
  storage: Storage,
  name: StorageModel,
  options: DynamodbStorageOptions,
): Storage {
  const schema = schemaOf(name);
  return withDescription(storage, { client: options.client, ...namingOf(name, options), schema: () => schema });
}

function schemaOf(name: StorageModel): Schema {
  return defineSchema({ [name]: createStorageSchema().models[name] });
}

/** Of tables by model, which the adapter's options may hold, this model's alone. */
function namingOf(name: StorageModel, { table, tables, tablePrefix }: TableNaming): TableNaming {
  const own = tables?.[name];
  return { table, tablePrefix, tables: own === undefined ? undefined : { [name]: own } };
}
