import { isOrmError } from "../../errors.ts";
import { mapLimit } from "../../util/map-limit.ts";
import { packs } from "../../util/packs.ts";
import { valuesEqual } from "../../values/compare.ts";
import type { StoreContext } from "../context.ts";
import type { FailedWrite } from "../engine/door.ts";
import { MAX_TRANSACTION_ITEMS } from "../engine/limits.ts";
import { difference, type Change } from "../layout/difference.ts";
import { itemSize } from "../layout/item-size.ts";
import { fieldOf } from "../layout/model-layout.ts";
import { keysOf } from "../layout/places.ts";
import type { StoredRecord } from "../layout/stored-record.ts";
import { reread } from "../read/find.ts";
import { commitOrThrow, newStamp } from "./commit.ts";
import { dependentsOf, refuseKept, rowsIn, type Dependents } from "./dependents.ts";
import { removeEntriesOf } from "./entry-removal.ts";
import { raceFor, type Stale } from "./race.ts";

const CONCURRENCY = 8;

/** What the deletes of some records depend on: see {@link Change}. */
type Depends = ReadonlySet<string> | "whole";

/** Well below what DynamoDB takes in one transaction. */
const MAX_TOGETHER_BYTES = 3 * 1024 * 1024;

/**
 * Deletes records and what depends on them, and returns those of the records that went. What depends on them goes
 * first, or in the same write; after it, what was added meanwhile: afterwards nobody can add any.
 */
export async function deleteWithDependents(
  context: StoreContext,
  roots: readonly StoredRecord[],
  depends: Depends,
): Promise<readonly StoredRecord[]> {
  for (const read of ["enough", "all"] as const) {
    const dependents = await dependentsOf(context, roots, rowsIn(context, read));
    refuseKept(dependents.kept);
    const changes = [...changesOf(dependents), ...deletions(roots, depends)];
    if (itemsOf(changes) > MAX_TRANSACTION_ITEMS || bytesOf(changes) > MAX_TOGETHER_BYTES) {
      const deleted = await applyEach(context, changesOf(dependents).reverse());
      const gone = await deleteAll(context, roots, depends);
      await removeDependentsOf(context, [...gone, ...deleted]);
      return gone;
    }
    if ((await commitOrThrow(context, changes)) === "done") {
      await removeDependentsOf(context, [...roots, ...dependents.deleted]);
      return roots;
    }
    // An entry may lead nowhere: the records themselves tell.
  }
  return [];
}

/** Removes, or releases, what refers to records that are gone, and then what has come to refer to those it removed. */
export async function removeDependentsOf(context: StoreContext, gone: readonly StoredRecord[]): Promise<void> {
  if (!gone.some(({ layout }) => layout.dependents.length > 0)) return;
  const changes = changesOf(await dependentsOf(context, gone, rowsIn(context)));
  if (changes.length > 0) await removeDependentsOf(context, await applyEach(context, changes.reverse()));
}

/**
 * Deletes records with all their items, as many in one write as it takes, and returns those that were as they had been
 * read. One that is not keeps none of the others.
 */
export async function deleteAll(
  context: StoreContext,
  records: readonly StoredRecord[],
  depends: Depends,
): Promise<StoredRecord[]> {
  const gone = await mapLimit(chunksOf(deletions(records, depends)), CONCURRENCY, (chunk) =>
    deleteChunk(context, chunk),
  );
  return gone.flat();
}

async function deleteChunk(context: StoreContext, chunk: readonly Change[]): Promise<StoredRecord[]> {
  if (chunk.length === 0) return [];
  const stamp = newStamp(context);
  const writes = chunk.map((change) => difference([change], stamp));
  const failed = await context.engine.write(writes.flat(), stamp.id);
  if (failed.length === 0) return chunk.flatMap(({ before }) => before ?? []);
  const failureOf = (i: number) => failed.find(({ write }) => writes[i]?.includes(write));
  const others = await deleteChunk(
    context,
    chunk.filter((_, i) => !failureOf(i)),
  );
  const alone = await Promise.all(chunk.map((change, i) => deleteAlone(context, change, failureOf(i))));
  return [...others, ...alone.flat()];
}

/** Deletes a record that was kept from going with others, where that is still to be done. */
async function deleteAlone(
  context: StoreContext,
  change: Change,
  failure: FailedWrite | undefined,
): Promise<StoredRecord[]> {
  const { before } = change;
  if (!failure || !before) return [];
  if (!failure.existing && failure.write.kind === "record") {
    if (await reread(context, before)) return [];
    // It has not moved: it is gone, as it was to be, perhaps by the very request whose answer was lost.
    if (failure.repeated) return [before];
    // Another's delete, or TTL, has taken it, and may have left its entries.
    await removeEntriesOf(context, [before]);
    return [];
  }
  // By itself, a record goes also where one of its entries is another's by now.
  return (await commitOrThrow(context, [change])) === "done" ? [before] : [];
}

/**
 * Makes changes one after the other, each until it is made or has nothing to change any more. Returns the records that
 * it deleted: those that refer elsewhere by now have stayed, and so does what depends on them.
 */
async function applyEach(context: StoreContext, changes: readonly Change[]): Promise<StoredRecord[]> {
  const made: Change[] = [];
  for (const chunk of chunksOf(changes)) {
    if ((await commitTogether(context, chunk)) === "done") made.push(...chunk);
    else for (const change of chunk) if (await applyOne(context, change)) made.push(change);
  }
  return made.flatMap(({ before, after }) => (before && !after ? [before] : []));
}

/** Makes changes in one write: "stale" also where they are too large for one. */
async function commitTogether(context: StoreContext, changes: readonly Change[]): Promise<"done" | Stale> {
  try {
    return await commitOrThrow(context, changes);
  } catch (error) {
    if (changes.length > 1 && isOrmError(error, "TRANSACTION_TOO_LARGE")) return "stale";
    throw error;
  }
}

/** Makes a change of a dependent while it refers to what is gone. Returns whether it did. */
async function applyOne(context: StoreContext, change: Change): Promise<boolean> {
  const { layout, before, after } = change;
  if (!before) return false;
  return raceFor(context, layout, async (attempt) => {
    const record = attempt === 1 ? before : await reread(context, before);
    // Gone by now, and a crash, or TTL, may have left its entries.
    if (!record && !after) await removeEntriesOf(context, [before]);
    const refers = layout.references.every(({ field }) => {
      return (
        record !== undefined && valuesEqual(fieldOf(layout, field).kind, record.values[field], before.values[field])
      );
    });
    if (!record || !refers) return false;
    const data = Object.fromEntries((change.sets ?? []).map((name) => [name, after?.[name]]));
    const changed = { ...change, before: record, after: after && { ...record.values, ...data } };
    return (await commitOrThrow(context, [changed])) === "done" || "stale";
  });
}

function deletions(records: readonly StoredRecord[], depends: Depends): Change[] {
  return records.map((before) => ({ layout: before.layout, before, after: undefined, depends }));
}

function changesOf({ deleted, released }: Dependents<StoredRecord>): Change[] {
  return [
    ...deleted.flatMap((row) => deletions([row], referringFields(row))),
    ...released.map(({ row, data }) => ({
      layout: row.layout,
      before: row,
      after: { ...row.values, ...data },
      depends: referringFields(row),
      sets: Object.keys(data),
    })),
  ];
}

function referringFields({ layout }: StoredRecord): ReadonlySet<string> {
  return new Set(layout.references.map(({ field }) => field));
}

/** The bytes that changes write, at most: of what is deleted, none. */
function bytesOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { layout, before, after }) => {
    const copies = 1 + layout.indexes.filter(({ carries }) => carries).length;
    return before && after ? sum + copies * itemSize(before.item) : sum;
  }, 0);
}

/** The most items that a change can write. */
function itemsOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { layout, before, after }) => {
    const states = [before?.values, after].filter((values) => values !== undefined);
    return states.reduce((all, values) => all + keysOf(layout, values).length, sum);
  }, 0);
}

/** Changes in their order, so many together as a limit of items allows; one at least. */
function chunksOf(changes: readonly Change[]): Change[][] {
  return packs(changes, (change) => itemsOf([change]), MAX_TRANSACTION_ITEMS);
}
