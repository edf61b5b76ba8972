import type { DynamodbClient } from "../../orm/dynamodb/engine/client.ts";
import { TABLE_NAMING, type TableNaming } from "../../orm/dynamodb/layout/model-layout.ts";
import type { OptionsOf } from "../../orm/options/check-options.ts";
import { clientOption, schemaOption, unchecked } from "../../orm/options/option-kinds.ts";
import type { Schema } from "../../orm/schema/model.ts";
import type { LibraryFields } from "../library-fields.ts";

/** Tables of this package. */
export interface PlaceOfRecords extends TableNaming {
  readonly client: DynamodbClient;
  readonly schema: Schema;
  /** How the library names the fields. Default: as the schema does. */
  readonly fields?: LibraryFields | undefined;
}

/** The same, as they are checked. */
export const PLACE_OPTIONS: OptionsOf<PlaceOfRecords> = {
  client: clientOption(),
  schema: schemaOption(),
  fields: unchecked(),
  ...TABLE_NAMING,
};
