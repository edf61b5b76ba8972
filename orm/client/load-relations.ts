import type { DriverConnection, FindQuery } from "../driver.ts";
import { recordOrder } from "../query/order.ts";
import { allOf, equals, isIn } from "../query/predicate.ts";
import type { Manifest, ModelManifest, RelationLink } from "../schema/manifest.ts";
import type { RecordValues } from "../values/normalize.ts";
import type { LoadedRecord } from "./render.ts";
import type { RelationSelection, Selection } from "./select.ts";
import { knownModel } from "../schema/known.ts";

/** Beyond this many keys a read ahead could fetch far more than is needed. */
const MAX_AHEAD = 100;

/** The related records of each key, by the key's text. */
type Related = ReadonlyMap<string, readonly LoadedRecord[]>;

const NONE: Related = new Map();

/**
 * Reads records with their selected relations: one `find` for each relation of a level, whatever the number of records.
 */
export class RelationLoader {
  constructor(
    private readonly manifest: Manifest,
    private readonly connection: DriverConnection,
  ) {}

  /** Runs a read, and the reads of its relations as soon as the driver knows their keys. */
  async find(query: FindQuery, selection: Selection): Promise<LoadedRecord[]> {
    if (selection.relations.length === 0) return (await this.connection.find(query)).map(alone);
    const reads = this.readsOf(selection);
    const ahead = (parts: readonly RecordValues[]) => {
      for (const read of reads) read.ahead(parts);
    };
    return attach(await this.connection.find({ ...query, ahead }), reads);
  }

  /** Loads the relations of records that are there already. */
  async load(records: readonly RecordValues[], selection: Selection): Promise<LoadedRecord[]> {
    if (selection.relations.length === 0 || records.length === 0) return records.map(alone);
    return attach(records, this.readsOf(selection));
  }

  private readsOf(selection: Selection): RelationReads[] {
    return selection.relations.map((item) => new RelationReads(item.relation, (values) => this.related(item, values)));
  }

  private async related(item: RelationSelection, values: readonly unknown[]): Promise<Related> {
    if (item.take === 0) return NONE;
    if (item.relation.through) return this.relatedThrough(item, item.relation.through, values);
    const { to, kind } = item.relation;
    const single = kind === "one" && isUniqueField(item.target, to);
    const records = await this.connection.find({
      model: item.target,
      // What one value names needs no filter.
      where: allOf([values.length === 1 ? equals(to, values[0]) : isIn(to, values), item.where]),
      orderBy: kind === "one" && !single ? [{ field: "id", direction: "asc" }] : item.orderBy,
      skip: item.skip,
      take: kind === "one" && !single ? 1 : item.take,
      ...(single ? {} : { per: to }),
    });
    return groupBy(await this.load(records, item.selection), ({ record }) => record[to]);
  }

  private async relatedThrough(
    item: RelationSelection,
    through: RelationLink,
    values: readonly unknown[],
  ): Promise<Related> {
    const near = item.relation.to;
    const links = await this.findAll(knownModel(this.manifest, through.model), near, values);
    const targets = distinct(links.map((link) => link[through.from]));
    if (targets.length === 0) return NONE;
    const records = await this.connection.find({
      model: item.target,
      where: allOf([isIn(through.to, targets), item.where]),
      orderBy: [],
      skip: 0,
      take: undefined,
    });
    const order = recordOrder(item.target, item.orderBy);
    const loaded = await this.load([...records].sort(order), item.selection);
    const nears = new Map<string, Set<string>>();
    for (const link of links) {
      const key = keyText(link[through.from]);
      nears.set(key, (nears.get(key) ?? new Set()).add(keyText(link[near])));
    }
    // Going through the targets, in order, gives each parent's in order, and each of them once.
    const related = new Map<string, LoadedRecord[]>();
    for (const target of loaded) {
      for (const parent of nears.get(keyText(target.record[through.to])) ?? []) {
        append(related, parent, target);
      }
    }
    const end = item.take === undefined ? undefined : item.skip + item.take;
    return new Map([...related].map(([parent, items]) => [parent, items.slice(item.skip, end)]));
  }

  private findAll(model: ModelManifest, field: string, values: readonly unknown[]): Promise<RecordValues[]> {
    return this.connection.find({ model, where: isIn(field, values), orderBy: [], skip: 0, take: undefined });
  }
}

/** The reads of one relation: each key is asked for once, by the first read that needs it. */
class RelationReads {
  private readonly reads = new Map<string, Promise<Related>>();
  /** Keys that were asked for before the record was there that names them. */
  private readonly early = new Set<string>();
  private readonly from: string;

  constructor(
    private readonly relation: Pick<RelationSelection["relation"], "from" | "kind">,
    private readonly run: (values: readonly unknown[]) => Promise<Related>,
  ) {
    this.from = relation.from;
  }

  /** Starts reading for records that are only partly known, if their keys are few. */
  ahead(parts: readonly RecordValues[]): void {
    const values = this.missing(parts.filter((part) => Object.hasOwn(part, this.from)));
    if (values.length === 0 || this.reads.size + values.length > MAX_AHEAD) return;
    this.start(values);
    for (const value of values) this.early.add(keyText(value));
  }

  /** The related records of each record. */
  async of(records: readonly RecordValues[]): Promise<(readonly LoadedRecord[])[]> {
    const values = this.missing(records);
    if (values.length > 0) this.start(values);
    const found = await this.found(records);
    // What both were made together with was not there yet when it was looked for.
    const absent = records.filter((record, i) => found[i]?.length === 0 && this.early.has(keyText(record[this.from])));
    if (this.relation.kind !== "one" || absent.length === 0) return found;
    this.early.clear();
    this.start(distinct(absent.map((record) => record[this.from])));
    return this.found(records);
  }

  private async found(records: readonly RecordValues[]): Promise<(readonly LoadedRecord[])[]> {
    // All reads are under way already: waiting for one after the other takes no longer.
    const found: (readonly LoadedRecord[])[] = [];
    for (const record of records) {
      const key = keyText(record[this.from]);
      found.push((await this.reads.get(key))?.get(key) ?? []);
    }
    return found;
  }

  private missing(records: readonly RecordValues[]): unknown[] {
    return distinct(records.map((record) => record[this.from])).filter((value) => !this.reads.has(keyText(value)));
  }

  private start(values: readonly unknown[]): void {
    const read = this.run(values);
    // A read ahead that turns out not to be needed may fail unnoticed.
    read.catch(() => undefined);
    for (const value of values) this.reads.set(keyText(value), read);
  }
}

function alone(record: RecordValues): LoadedRecord {
  return { record, related: [] };
}

async function attach(records: readonly RecordValues[], reads: readonly RelationReads[]): Promise<LoadedRecord[]> {
  const columns = await Promise.all(reads.map((read) => read.of(records)));
  return records.map((record, row) => ({ record, related: columns.map((column) => column[row] ?? []) }));
}

function groupBy(items: readonly LoadedRecord[], valueOf: (item: LoadedRecord) => unknown): Related {
  const groups = new Map<string, LoadedRecord[]>();
  for (const item of items) append(groups, keyText(valueOf(item)), item);
  return groups;
}

function append(groups: Map<string, LoadedRecord[]>, key: string, item: LoadedRecord): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}

function distinct(values: readonly unknown[]): unknown[] {
  return [...new Map(values.filter((value) => value != null).map((value) => [keyText(value), value])).values()];
}

/** One text for equal keys. Keys that are compared are of one kind, so texts of different kinds never meet. */
function keyText(value: unknown): string {
  return value instanceof Date ? String(value.getTime()) : String(value);
}

function isUniqueField(model: ModelManifest, field: string): boolean {
  return model.uniques.some((unique) => unique.fields.length === 1 && unique.fields[0] === field);
}
