import type { DriverSession, FindQuery } from "../driver.ts";
import { recordOrder } from "../query/order.ts";
import { allOf, isIn } from "../query/predicate.ts";
import type { Manifest, ModelManifest } from "../schema/manifest.ts";
import type { RelationLink } from "../schema/relation-manifest.ts";
import type { RecordValues } from "../values/normalize.ts";
import type { LoadedRecord } from "./render.ts";
import type { RelationSelection, Selection } from "./select.ts";

/** Beyond this many keys a read ahead could fetch far more than is needed. */
const MAX_AHEAD = 100;

/** The related records of each key, by the key's text. */
type Related = ReadonlyMap<string, readonly LoadedRecord[]>;

const NONE: Related = new Map();

/** Reads records with their selected relations: one `find` for each relation of a level, whatever the number of records. */
export class RelationLoader {
  constructor(
    private readonly manifest: Manifest,
    private readonly session: DriverSession,
  ) {}

  /** Runs a read, and the reads of its relations as soon as the driver knows their keys. */
  async find(query: FindQuery, selection: Selection): Promise<LoadedRecord[]> {
    if (selection.relations.length === 0) return (await this.session.find(query)).map(alone);
    const reads = this.readsOf(selection);
    const ahead = (parts: readonly RecordValues[]) => {
      for (const read of reads) read.ahead(parts);
    };
    return attach(await this.session.find({ ...query, ahead }), reads);
  }

  /** Loads the relations of records that are there already. */
  async load(records: readonly RecordValues[], selection: Selection): Promise<LoadedRecord[]> {
    if (selection.relations.length === 0 || records.length === 0) return records.map(alone);
    return attach(records, this.readsOf(selection));
  }

  private readsOf(selection: Selection): RelationReads[] {
    return selection.relations.map(
      (item) => new RelationReads(item.relation.from, (values) => this.related(item, values)),
    );
  }

  private async related(item: RelationSelection, values: readonly unknown[]): Promise<Related> {
    if (item.take === 0) return NONE;
    if (item.relation.through) return this.relatedThrough(item, item.relation.through, values);
    const { to, kind } = item.relation;
    const single = kind === "one" && isUniqueField(item.target, to);
    const records = await this.session.find({
      model: item.target,
      where: allOf([isIn(to, values), item.where]),
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
    const links = await this.findAll(this.manifest.models.get(through.model)!, near, values);
    const targets = distinct(links.map((link) => link[through.from]));
    if (targets.length === 0) return NONE;
    const records = await this.session.find({
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
    return this.session.find({ model, where: isIn(field, values), orderBy: [], skip: 0, take: undefined });
  }
}

/** The reads of one relation: each key is asked for once, by the first read that needs it. */
class RelationReads {
  private readonly reads = new Map<string, Promise<Related>>();

  constructor(
    readonly from: string,
    private readonly run: (values: readonly unknown[]) => Promise<Related>,
  ) {}

  /** Starts reading for records that are only partly known, if their keys are few. */
  ahead(parts: readonly RecordValues[]): void {
    const values = this.missing(parts.filter((part) => Object.hasOwn(part, this.from)));
    if (values.length > 0 && this.reads.size + values.length <= MAX_AHEAD) this.start(values);
  }

  /** The related records of each record. */
  async of(records: readonly RecordValues[]): Promise<(readonly LoadedRecord[])[]> {
    const values = this.missing(records);
    if (values.length > 0) this.start(values);
    return Promise.all(
      records.map(async (record) => {
        const key = keyText(record[this.from]);
        return (await this.reads.get(key))?.get(key) ?? [];
      }),
    );
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
  return records.map((record, row) => ({ record, related: columns.map((column) => column[row]!) }));
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
