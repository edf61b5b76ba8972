import type { Schema } from "../../../schema/model.ts";
import { knownModel } from "../../../schema/known.ts";
import type { RecordValues } from "../../../values/normalize.ts";
import { requireLayout, Store } from "../../context.ts";
import type { DynamodbClient } from "../../engine/client.ts";
import { itemSize } from "../../layout/item-size.ts";
import type { ItemKey } from "../../layout/keys.ts";
import type { TableNaming } from "../../layout/model-layout.ts";
import { keysOf, type Place } from "../../layout/places.ts";
import { storableManifest } from "../../layout/storable.ts";
import { numberOf } from "../../layout/stored-record.ts";

/** An item that a record has in its table. */
export interface StoredPlace {
  readonly kind: Place["kind"];
  readonly table: string;
  readonly key: ItemKey;
  /** The fields that make its key. */
  readonly fields: readonly string[];
  /** Undefined where the item is not there, and should be. */
  readonly bytes: number | undefined;
  /** When DynamoDB removes it, in epoch seconds. */
  readonly expires: number | undefined;
}

/** Every item that a record should have, and whether it is there: read by its keys, strongly consistent. */
export async function storedPlaces(
  tables: TableNaming & { readonly schema: Schema; readonly client: DynamodbClient },
  model: string,
  values: RecordValues,
): Promise<StoredPlace[]> {
  const manifest = storableManifest(tables.schema);
  const context = new Store(tables, manifest).read();
  const layout = requireLayout(context, knownModel(manifest, model).name);
  return Promise.all(
    keysOf(layout, values).map(async ({ kind, key, fields }) => {
      const item = await context.items.get(model, layout.table, key);
      return {
        ...{ kind, table: layout.table, key, fields },
        bytes: item && itemSize(item),
        expires: item && numberOf(item, "_ttl"),
      };
    }),
  );
}
