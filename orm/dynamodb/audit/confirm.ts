import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { keyText, type ItemKey } from "../layout/keys.ts";
import { textOf } from "../layout/stored-record.ts";
import { mapLimit } from "../send/concurrency.ts";
import type { Suspicion } from "./finding.ts";
import { inspectItem, itemKey } from "./inspect-item.ts";

/** Items looked at at once. */
export const CONCURRENCY = 32;
/** A write that is under way at the first look has ended at the next: the entries of a delete go after its record. */
const PAUSE_MS = 300;
const LOOKS = 5;
/** A record that is written all the time is read again this often until nothing came in between. */
const STABLE_ATTEMPTS = 5;

/** An item and what a look has found wrong with it. */
export interface Suspect {
  readonly item: Item;
  readonly suspicions: readonly Suspicion[];
}

/**
 * Looks again at what is suspicious, after a pause: writes go on meanwhile, and a look reads
 * several items one after another. Returns what two looks have found alike.
 */
export async function confirm(context: StoreContext, table: string, suspects: readonly Suspect[]): Promise<Suspicion[]> {
  const confirmed = suspects.flatMap(({ suspicions }) => suspicions.filter(isAlone));
  let open = suspects.filter(({ suspicions }) => !suspicions.every(isAlone));
  for (let look = 2; look <= LOOKS && open.length > 0; look++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const again = await mapLimit(open, CONCURRENCY, ({ item, suspicions }) => lookAgain(context, table, item, suspicions));
    confirmed.push(...again.flatMap(({ alike }) => alike));
    open = again.flatMap(({ suspect }) => suspect ?? []);
  }
  return confirmed;
}

function isAlone({ subject }: Suspicion): boolean {
  return subject.type === "none";
}

/** What is found alike, and what is found anew. */
async function lookAgain(
  context: StoreContext,
  table: string,
  item: Item,
  before: readonly Suspicion[],
): Promise<{ readonly alike: readonly Suspicion[]; readonly suspect: Suspect | undefined }> {
  const now = await stableLook(context, table, textOf(item, "_model")!, itemKey(item));
  if (now === "moving") return { alike: [], suspect: { item, suspicions: before } };
  const known = new Set(before.map(identity));
  const alike = now.suspicions.filter((suspicion) => isAlone(suspicion) || known.has(identity(suspicion)));
  const anew = now.suspicions.filter((suspicion) => !alike.includes(suspicion));
  return { alike, suspect: anew.length > 0 ? { item, suspicions: anew } : undefined };
}

function identity({ finding, evidence }: Suspicion): string {
  return `${finding.kind} ${keyText(finding.table, finding.key)} ${evidence}`;
}

/** A look during which the item itself was not written: what it was held against belongs to it as it is. */
async function stableLook(context: StoreContext, table: string, model: string, key: ItemKey): Promise<{ readonly suspicions: readonly Suspicion[] } | "moving"> {
  let item = await context.items.get(model, table, key);
  for (let attempt = 1; attempt <= STABLE_ATTEMPTS; attempt++) {
    if (!item) return { suspicions: [] };
    const suspicions = await inspectItem(context, table, item);
    if (suspicions.length === 0) return { suspicions };
    const after = await context.items.get(model, table, key);
    if (after && textOf(after, "_w") === textOf(item, "_w")) return { suspicions };
    item = after;
  }
  return "moving";
}
