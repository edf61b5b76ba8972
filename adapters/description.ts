import type { DynamodbClient } from "../orm/dynamodb/engine/client.ts";
import type { TableNaming } from "../orm/dynamodb/layout/model-layout.ts";
import type { Schema } from "../orm/schema/model.ts";
import type { LibraryFields } from "./library-fields.ts";

/** What an adapter works with, for the command line: it reads the application's own configuration. */
export interface AdapterDescription extends TableNaming {
  readonly client: DynamodbClient;
  /** The schema, from the options of the library that the adapter was given to. */
  readonly schema: (libraryOptions: object) => Schema;
  /** How the library names the fields, where that is not as the schema does. */
  readonly fields?: ((libraryOptions: object) => Promise<LibraryFields>) | undefined;
}

/** The same in every copy of this package: the command line has one of its own. */
const DESCRIPTION = Symbol.for("auth-dynamodb.adapter");

/** Makes an adapter tell what it works with. */
export function withDescription<Adapter extends object>(adapter: Adapter, description: AdapterDescription): Adapter {
  Object.defineProperty(adapter, DESCRIPTION, { value: description });
  return adapter;
}

/** What an adapter works with; undefined for anything that is no adapter of this package. */
export function descriptionOf(adapter: unknown): AdapterDescription | undefined {
  if ((typeof adapter !== "object" && typeof adapter !== "function") || adapter === null) return undefined;
  return (adapter as { readonly [DESCRIPTION]?: AdapterDescription })[DESCRIPTION];
}
