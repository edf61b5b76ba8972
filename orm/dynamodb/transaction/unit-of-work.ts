import { invalidQuery, uniqueViolation } from "../../errors.ts";
import { matches } from "../../query/evaluate.ts";
import type { Predicate } from "../../query/predicate.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { Change } from "../layout/difference.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import type { StoredRecord } from "../layout/stored-record.ts";
import { Holders } from "./holders.ts";

/** A record as this transaction sees it. */
export interface Tracked {
  readonly layout: ModelLayout;
  /** As it was read; undefined for one that was created here. */
  readonly before: StoredRecord | undefined;
  /** As it is now; undefined for one that was deleted here. */
  values: RecordValues | undefined;
  changed: boolean;
  /** Whether the application has got it: what it writes after that may be computed from all of it. */
  shown: boolean;
  /** What its changes depend on: fields, or the whole record. */
  depends: ReadonlySet<string> | "whole";
  /** The fields that changes have set. */
  sets: readonly string[];
}

/** A transaction, or one inside of it, whose writes can be taken back by themselves. */
export interface Scope {
  readonly outer: Scope | undefined;
}

/** What a change is based on. */
export interface Basis {
  readonly scope: Scope;
  /** The fields that decided that the record is changed. */
  readonly fields: ReadonlySet<string>;
}

interface Undo {
  readonly scope: Scope;
  readonly tracked: Tracked;
  readonly state: Tracked;
}

const NO_FIELDS: ReadonlySet<string> = new Set();

/**
 * The records a transaction has read and written, until it commits. Every method is synchronous: calls cannot
 * interleave.
 */
export class UnitOfWork {
  readonly #records = new Map<ModelLayout, Map<string, Tracked>>();
  readonly #holders = new Holders<Tracked>();
  /** Unique places that held nothing, and partitions that were read whole, when this transaction looked. */
  readonly #looked = new Set<string>();
  #undo: Undo[] = [];
  #closed = false;

  /** Registers a record that was read. A record read before stays as it was then. */
  see(record: StoredRecord): Tracked {
    const known = this.byId(record.layout, record.values["id"]);
    if (known) return known;
    const tracked = this.#track(record.layout, record.values["id"], record, record.values);
    this.#holders.noteRead(record);
    this.#holders.add(tracked);
    return tracked;
  }

  /** The record with an id, if this transaction knows it. */
  byId(layout: ModelLayout, id: unknown): Tracked | undefined {
    return this.#records.get(layout)?.get(String(id));
  }

  /** Every known record of a model. */
  known(layout: ModelLayout): readonly Tracked[] {
    return [...(this.#records.get(layout)?.values() ?? [])];
  }

  /** The known records that match now: of a model, or of some of its unique places. */
  matching(layout: ModelLayout, where: Predicate, places?: readonly string[]): Tracked[] {
    const candidates = places ? new Set(places.flatMap((place) => this.#holders.at(place))) : this.known(layout);
    return [...candidates].filter(({ values }) => values && matches(layout.model, where, values));
  }

  /** The known records that are at a unique place now. */
  at(place: string): readonly Tracked[] {
    return this.#holders.at(place);
  }

  /** Whether a unique place is, or was before this transaction, that of a record it knows. */
  knowsPlace(place: string): boolean {
    return this.#holders.at(place).length > 0 || this.#holders.wasRead(place);
  }

  /** Whether a unique place was, before this transaction, that of a record it knows. */
  heldBefore(place: string): boolean {
    return this.#holders.wasRead(place);
  }

  /** Notes that nothing is to be learnt any more from looking somewhere: a free place, or a partition read whole. */
  noteLooked(at: string): void {
    this.#looked.add(at);
  }

  hasLooked(at: string): boolean {
    return this.#looked.has(at);
  }

  /** Buffers a new record. Throws `UNIQUE_CONSTRAINT_VIOLATION` where a known record has one of its keys. */
  create(layout: ModelLayout, values: RecordValues, scope: Scope): void {
    const known = this.byId(layout, values["id"]);
    if (known?.values) throw uniqueViolation("dynamodb", layout.model.name, ["id"]);
    this.#holders.check(layout, values, known);
    const tracked = known ?? this.#track(layout, values["id"], undefined, undefined);
    // Over a record that was read, it is written whole.
    this.#write(tracked, values, { scope, fields: NO_FIELDS }, "whole", Object.keys(values));
  }

  /** Buffers a record's new values. */
  update(tracked: Tracked, data: RecordValues, basis: Basis): RecordValues {
    const values = { ...tracked.values, ...data };
    if (values["id"] !== tracked.values?.["id"]) {
      const { name } = tracked.layout.model;
      throw invalidQuery(`The id of a "${name}" cannot be changed in a transaction.`, name, ["id"]);
    }
    this.#holders.check(tracked.layout, values, tracked);
    const depends = tracked.shown ? "whole" : tracked.depends;
    this.#write(tracked, values, basis, depends, [...tracked.sets, ...Object.keys(data)]);
    return values;
  }

  /** Buffers a deletion. */
  delete(tracked: Tracked, basis: Basis): void {
    // What becomes of its other fields does not matter to it, whatever else was written before.
    this.#write(
      tracked,
      undefined,
      basis,
      tracked.depends === "whole" && !tracked.changed ? NO_FIELDS : tracked.depends,
      [],
    );
  }

  /** Takes back what a scope has buffered, where its caller goes on. Other scopes' writes to other records stay. */
  takeBack(scope: Scope): void {
    const isWithin = (inner: Scope | undefined): boolean =>
      inner !== undefined && (inner === scope || isWithin(inner.outer));
    for (const { scope: writer, tracked, state } of [...this.#undo].reverse()) {
      if (!isWithin(writer)) continue;
      const { layout, values } = tracked;
      this.#holders.remove(tracked);
      Object.assign(tracked, state);
      this.#holders.add(tracked);
      // One that this scope has made is as if it had never been heard of: the table may have another with its id.
      if (!tracked.before && !tracked.changed) this.#records.get(layout)?.delete(String(values?.["id"]));
    }
    this.#undo = this.#undo.filter(({ scope: writer }) => !isWithin(writer));
  }

  /** Records that were read and are deleted. */
  deleted(): readonly Tracked[] {
    return [...this.#records.values()].flatMap((records) =>
      [...records.values()].filter(({ before, values }) => before !== undefined && values === undefined),
    );
  }

  /** What is to be committed; nothing can be buffered any more. */
  close(): Change[] {
    this.#closed = true;
    return [...this.#records.values()].flatMap((records) =>
      [...records.values()]
        .filter(({ changed, before, values }) => changed && (before !== undefined || values !== undefined))
        .map(({ layout, before, values, depends, sets }) => ({ layout, before, after: values, depends, sets })),
    );
  }

  /** Throws where the transaction is over: its writes would be lost. */
  checkOpen(): void {
    if (!this.#closed) return;
    throw invalidQuery("This transaction has ended: use the client outside of it, or await all of its work inside.");
  }

  #track(
    layout: ModelLayout,
    id: unknown,
    before: StoredRecord | undefined,
    values: RecordValues | undefined,
  ): Tracked {
    const depends: ReadonlySet<string> = NO_FIELDS;
    const tracked: Tracked = { layout, before, values, changed: false, shown: false, depends, sets: [] };
    let records = this.#records.get(layout);
    if (!records) this.#records.set(layout, (records = new Map()));
    records.set(String(id), tracked);
    return tracked;
  }

  #write(
    tracked: Tracked,
    values: RecordValues | undefined,
    { scope, fields }: Basis,
    depends: Tracked["depends"],
    sets: readonly string[],
  ): void {
    this.#undo.push({ scope, tracked, state: { ...tracked } });
    this.#holders.remove(tracked);
    // A field that was set here is as this transaction made it, whatever it is in the table.
    const foreign = [...fields].filter((field) => !tracked.sets.includes(field));
    Object.assign(tracked, {
      values,
      changed: true,
      depends: depends === "whole" ? depends : new Set([...depends, ...foreign]),
      sets: [...new Set(sets)],
    });
    this.#holders.add(tracked);
  }
}
