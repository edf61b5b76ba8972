import type { LibraryFields } from "../../adapters/library-fields.ts";
import type { DynamodbClient } from "../../orm/dynamodb/engine/client.ts";
import type { TableNaming } from "../../orm/dynamodb/layout/model-layout.ts";
import type { Schema } from "../../orm/schema/model.ts";

/** What a module of the application says of its tables. */
export interface FoundConfig extends TableNaming {
  readonly schema: Schema;
  /** Undefined where the module exports none. */
  readonly client: DynamodbClient | undefined;
  /** How the library names the fields, where that is not as the schema does. */
  readonly fields?: (() => Promise<LibraryFields>) | undefined;
}
