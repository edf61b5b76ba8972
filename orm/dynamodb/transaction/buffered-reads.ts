import type { FindQuery } from "../../driver.ts";
import { conjuncts, type Predicate } from "../../query/predicate.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { Store } from "../context.ts";
import { keyText } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { pointsOf, type AccessPath, type PointsPath } from "../plan/access-path.ts";
import { planAccess } from "../plan/planner.ts";
import { findRecords } from "../read/find.ts";
import { cutToPage } from "../read/result-page.ts";
import type { Tracked, UnitOfWork } from "./unit-of-work.ts";

/** A record that is there, as the transaction sees it. */
export type Seen = Tracked & { readonly values: RecordValues };

/** So many records cost a Query no more than one does. What a transaction has seen whole it never reads again. */
const FEW = 10;

/** A transaction's reads: what the storage has, as the transaction has changed it, and what it has made. */
export class BufferedReads {
  constructor(
    private readonly store: Store,
    private readonly unit: UnitOfWork,
  ) {}

  /** Reads what the unit of work has to know for a query, unless it knows it already. */
  async load(layout: ModelLayout, query: FindQuery): Promise<void> {
    this.unit.checkOpen();
    const path = planAccess(layout, query);
    if (this.#isKnown(layout, query, path)) return;
    // A record changed here may have left or joined the page, so as many more are read.
    const changed = this.unit.known(layout).length;
    const take = query.take === undefined ? undefined : Math.max(query.skip + query.take + changed, FEW);
    const records = await findRecords(this.store.write(), layout, { ...query, skip: 0, take }, { path });
    this.unit.checkOpen();
    for (const record of records) this.unit.see(record);
    // A page that was not filled is all there is.
    if (take !== undefined && path.type !== "points" && records.length >= take) return;
    for (const place of looksAt(layout, query, path, records.length)) this.unit.noteLooked(place);
  }

  /** The matching records at this moment: nothing runs between here and the caller's own change. */
  select(layout: ModelLayout, query: FindQuery): Seen[] {
    this.unit.checkOpen();
    const path = planAccess(layout, query);
    const points = pointsOf(path);
    const places = points && placesOn(layout, points);
    const found = this.unit.matching(layout, query.where, places) as Seen[];
    return cutToPage(layout, query, found);
  }

  /** Whether the storage has nothing to add. */
  #isKnown(layout: ModelLayout, query: FindQuery, path: AccessPath): boolean {
    if (path.type === "nothing") return true;
    const points = pointsOf(path);
    const isSeen = (place: string) => this.unit.hasLooked(place) || this.unit.knowsPlace(place);
    if (points && placesOn(layout, points).every(isSeen)) return true;
    const places = partitionsOn(layout, query, path);
    return places !== undefined && places.every((place) => this.unit.hasLooked(place));
  }
}

/** Where a read has looked so that nothing is to be learnt there any more. */
function looksAt(layout: ModelLayout, query: FindQuery, path: AccessPath, found: number): readonly string[] {
  if (path.type === "points") return found === 0 && bindsOnly(query.where, path.fields) ? placesOn(layout, path) : [];
  if (path.type !== "partitions" || path.range || query.after || !bindsOnly(query.where, path.fields)) return [];
  return partitionsOn(layout, query, path) ?? [];
}

function placesOn({ table }: ModelLayout, path: PointsPath): string[] {
  return path.keys.map((key) => keyText(table, key));
}

/** The partitions that a path's records are in. */
function partitionsOn({ table }: ModelLayout, { per }: FindQuery, path: AccessPath): string[] | undefined {
  if (path.type !== "partitions" || per !== undefined) return undefined;
  return path.partitions.map((partition) => `${table}\n${partition}`);
}

/**
 * Whether a `where` says nothing beyond a key's values, each once: then what was not found is not there.
 */
function bindsOnly(where: Predicate, fields: readonly string[]): boolean {
  const items = conjuncts(where);
  return (
    items.length > 0 &&
    items.every(
      (item) =>
        item.type === "compare" &&
        !item.insensitive &&
        (item.operator === "eq" || item.operator === "in") &&
        fields.includes(item.field),
    ) &&
    new Set(items.map((item) => (item.type === "compare" ? item.field : ""))).size === items.length
  );
}
