import type { AttributeValue, Item } from "../../../orm/dynamodb/layout/attribute-value.ts";
import { itemSize } from "../../../orm/dynamodb/layout/item-size.ts";
import { sameKey } from "../../../orm/dynamodb/layout/keys.ts";
import type { ModelLayout } from "../../../orm/dynamodb/layout/model-layout.ts";
import { keysOf, referredKey, type PlaceKey } from "../../../orm/dynamodb/layout/places.ts";
import { numberOf, readRecord } from "../../../orm/dynamodb/layout/stored-record.ts";
import type { RecordValues } from "../../../orm/values/normalize.ts";
import type { Places, ShownPlace } from "../page/wire.ts";
import { isSecret } from "../../output/secrets.ts";
import { modelOf, type Work } from "../studio.ts";
import { requireRecord } from "./record.ts";

/** Every item that a record should have, and what is there. */
export async function placesOfRecord(work: Work, model: string, id: string): Promise<Places> {
  const { layout } = modelOf(work, model);
  const values = await requireRecord(work, model, id);
  const keys = keysOf(layout, values);
  const { items } = work.store.read();
  const found = await Promise.all(keys.map(({ key }) => items.get(model, layout.table, key)));
  const home = keys[0]?.key;
  const places = keys.map((place, i): ShownPlace => {
    const item = found[i];
    const owner = item && (place.kind === "record" ? home : referredKey(item));
    const own = home !== undefined && owner !== undefined && sameKey(owner, home) && holds(layout, place, item, values);
    return show(work.studio.showSecrets, layout, place, { item, own });
  });
  return { table: layout.table, bytes: places.reduce((sum, { bytes }) => sum + bytes, 0), places };
}

/** Whether the record at its home is still the one that was found. */
function holds(layout: ModelLayout, { kind }: PlaceKey, item: Item | undefined, values: RecordValues): boolean {
  return kind !== "record" || readRecord(layout, item)?.values["id"] === values["id"];
}

function show(
  showSecrets: boolean,
  layout: ModelLayout,
  { kind, fields, key }: PlaceKey,
  { item, own }: { readonly item: Item | undefined; readonly own: boolean },
): ShownPlace {
  const expires = item && numberOf(item, "_ttl");
  return {
    kind,
    fields,
    partition: key._pk,
    sort: key._sk,
    state: !item ? "missing" : own ? "there" : "of another record",
    bytes: item ? itemSize(item) : 0,
    expires: expires === undefined ? undefined : new Date(expires * 1000).toISOString(),
    attributes: Object.entries(item ?? {}).map(([name, value]) =>
      !showSecrets && isSecretColumn(layout, name) && !("NULL" in value)
        ? { name, text: "", hidden: true as const }
        : { name, text: textOf(value) },
    ),
  };
}

function isSecretColumn({ model }: ModelLayout, column: string): boolean {
  const field = [...model.fields.values()].find((one) => one.column === column);
  // Keys hold hashes; what the schema does not know goes by its name.
  return isSecret(model.name, field?.name ?? column);
}

/** An attribute with its type, as DynamoDB's console writes it. */
function textOf(value: AttributeValue): string {
  return JSON.stringify(value);
}
