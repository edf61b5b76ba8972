import type { StoreContext } from "../../context.ts";
import type { Item } from "../../layout/attribute-value.ts";
import { itemKey, keyText, type ItemKey } from "../../layout/keys.ts";
import { textOf } from "../../layout/stored-record.ts";
import { mapLimit } from "../../../util/map-limit.ts";
import type { Sighting } from "./finding.ts";
import type { AuditedTable } from "./audited-table.ts";
import { inspectItem } from "./inspect-item.ts";

/** Items looked at at once. */
export const CONCURRENCY = 32;
/**
 * A write that is under way at the first look has ended at the next: the entries of a delete go after its record. A
 * variable, so that tests of tables at rest need not wait.
 */
export const betweenLooks = { pauseMs: 300 };
const LOOKS = 5;
/** A record that is written all the time is read again this often until nothing came in between. */
const STABLE_ATTEMPTS = 5;

/** An item and what a look has found wrong with it. */
export interface Look {
  readonly item: Item;
  readonly sightings: readonly Sighting[];
}

/**
 * Looks again at what seems wrong, after a pause: writes go on meanwhile, and a look reads
 * several items one after another. Returns what two looks have found alike.
 */
export async function confirm(context: StoreContext, table: AuditedTable, looks: readonly Look[]): Promise<Sighting[]> {
  const confirmed = looks.flatMap(({ sightings }) => sightings.filter(isAlone));
  let open = looks.filter(({ sightings }) => !sightings.every(isAlone));
  for (let look = 2; look <= LOOKS && open.length > 0; look++) {
    await new Promise((resolve) => setTimeout(resolve, betweenLooks.pauseMs));
    const again = await mapLimit(open, CONCURRENCY, ({ item, sightings }) =>
      lookAgain(context, table, item, sightings),
    );
    confirmed.push(...again.flatMap(({ alike }) => alike));
    open = again.flatMap(({ open: left }) => left ?? []);
  }
  return confirmed;
}

function isAlone({ subject }: Sighting): boolean {
  return subject.type === "none" || subject.type === "transaction";
}

/** What is found alike, and what is found anew. */
async function lookAgain(
  context: StoreContext,
  table: AuditedTable,
  item: Item,
  before: readonly Sighting[],
): Promise<{ readonly alike: readonly Sighting[]; readonly open: Look | undefined }> {
  const now = await stableLook(context, table, textOf(item, "_model")!, itemKey(item));
  if (now === "moving") return { alike: [], open: { item, sightings: before } };
  const known = new Set(before.map(identity));
  const alike = now.sightings.filter((sighting) => isAlone(sighting) || known.has(identity(sighting)));
  const anew = now.sightings.filter((sighting) => !alike.includes(sighting));
  return { alike, open: anew.length > 0 ? { item, sightings: anew } : undefined };
}

function identity({ finding, evidence }: Sighting): string {
  return `${finding.kind} ${keyText(finding.table, finding.key)} ${evidence}`;
}

/** A look during which the item itself was not written: what it was held against belongs to it as it is. */
async function stableLook(
  context: StoreContext,
  table: AuditedTable,
  model: string,
  key: ItemKey,
): Promise<{ readonly sightings: readonly Sighting[] } | "moving"> {
  let item = await context.items.get(model, table.name, key);
  for (let attempt = 1; attempt <= STABLE_ATTEMPTS; attempt++) {
    if (!item) return { sightings: [] };
    const sightings = await inspectItem(context, table, item);
    if (sightings.length === 0) return { sightings };
    const after = await context.items.get(model, table.name, key);
    if (after && textOf(after, "_w") === textOf(item, "_w")) return { sightings };
    item = after;
  }
  return "moving";
}
