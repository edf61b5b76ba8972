import type { FindQuery } from "../../driver.ts";
import { allOf, conjuncts, isIn, type Predicate } from "../../query/predicate.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { Store } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { itemKey, keyText } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { isBounded, pointsOf, type AccessPath, type PointsPath } from "../plan/access-path.ts";
import { bindingsOf } from "../plan/bindings.ts";
import { planAccess } from "../plan/planner.ts";
import { everyOf, findRecords } from "../read/find.ts";
import { cutToPage } from "../read/result-page.ts";
import type { ReadSet } from "./read-set.ts";
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
    /** Where it matters at the commit what was read. */
    private readonly readSet: ReadSet | undefined,
  ) {}

  /** Reads what the unit of work has to know for a query, unless it knows it already. */
  async load(layout: ModelLayout, query: FindQuery): Promise<void> {
    this.unit.checkOpen();
    const path = planAccess(layout, query);
    const points = this.readSet && pointsOf(path);
    if (this.readSet && points) return this.#loadPoints(layout, query, points, this.readSet);
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
    const page = cutToPage(layout, query, found);
    this.readSet?.see(page);
    return page;
  }

  /**
   * Reads what is at some keys, whatever else the query asks for: a record that does not match has decided as well,
   * and a key is free only where there is no record at all.
   */
  async #loadPoints(layout: ModelLayout, query: FindQuery, points: PointsPath, readSet: ReadSet): Promise<void> {
    const places = placesOn(layout, points);
    if (!places.every((place) => this.#isSeen(place))) {
      const dangling = new Map<string, Item>();
      const onDangling = (entry: Item) => dangling.set(keyText(layout.table, itemKey(entry)), entry);
      const bindings = bindingsOf(query.where);
      const where = allOf(points.fields.map((field) => isIn(field, bindings.get(field) ?? [])));
      const records = await findRecords(this.store.write(), layout, everyOf(layout, where), {
        path: points,
        onDangling,
      });
      this.unit.checkOpen();
      for (const record of records) this.unit.see(record);
      for (const [i, place] of places.entries()) {
        const key = points.keys[i];
        if (!key || this.#isSeen(place)) continue;
        this.unit.noteLooked(place);
        readSet.noteFree(layout, points.via, key, dangling.get(place));
      }
    }
    readSet.see(places.flatMap((place) => this.unit.at(place)));
  }

  #isSeen(place: string): boolean {
    return this.unit.hasLooked(place) || this.unit.knowsPlace(place);
  }

  /** Whether the storage has nothing to add. */
  #isKnown(layout: ModelLayout, query: FindQuery, path: AccessPath): boolean {
    if (path.type === "nothing") return true;
    const points = pointsOf(path);
    if (points && placesOn(layout, points).every((place) => this.#isSeen(place))) return true;
    const places = partitionsOn(layout, query, path);
    return places !== undefined && places.every((place) => this.unit.hasLooked(place));
  }
}

/** Where a read has looked so that nothing is to be learnt there any more. */
function looksAt(layout: ModelLayout, query: FindQuery, path: AccessPath, found: number): readonly string[] {
  if (path.type === "points") return found === 0 && bindsOnly(query.where, path.fields) ? placesOn(layout, path) : [];
  if (path.type !== "partitions" || isBounded(path) || query.after || !bindsOnly(query.where, path.fields)) return [];
  return partitionsOn(layout, query, path) ?? [];
}

function placesOn({ table }: ModelLayout, path: PointsPath): string[] {
  return path.keys.map((key) => keyText(table, key));
}

/** The partitions that a path's records are in. */
function partitionsOn({ table }: ModelLayout, { per }: FindQuery, path: AccessPath): string[] | undefined {
  if (path.type !== "partitions" || per !== undefined) return undefined;
  return path.partitions.map(({ key }) => `${table}\n${key}`);
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
