import { danglingReference, referencedRecord } from "../errors.ts";
import type { FieldManifest, Manifest, ModelManifest, Referrer } from "../schema/manifest.ts";
import { knownField, knownModel } from "../schema/known.ts";
import { defaultValue, type RecordValues } from "../values/normalize.ts";
import { keyText, KIND, type Tables, type WritingTables } from "./tables.ts";

/** Records of a model that are not there any more, or not under that key. */
interface Lost {
  readonly model: ModelManifest;
  readonly records: readonly RecordValues[];
}

/** Holds the references of a schema: no record refers, by a reference that is enforced, to one that is not there. */
export class References {
  constructor(private readonly manifest: Manifest) {}

  /** Deletes records, with what `onDelete` says of their dependents; throws where it refuses. */
  remove(tables: WritingTables, model: ModelManifest, records: readonly RecordValues[]): void {
    for (const record of records) tables.put(model, record["id"], null);
    const gone = this.release(tables, { model, records }, () => true);
    for (const lost of gone) this.refuseDependents(tables, lost, ({ onDelete }) => onDelete === "restrict");
  }

  /** Throws where a change took a key away that others refer to. */
  requireKeysKept(tables: WritingTables, model: ModelManifest, before: readonly RecordValues[]): void {
    this.refuseDependents(tables, { model, records: before }, () => true);
  }

  /**
   * Before a commit: what others wrote meanwhile goes with what it refers to, or refuses the commit. What the
   * writes themselves made refer to a record that is gone is left to {@link requireTargets}.
   */
  settle(tables: WritingTables, store: Tables): void {
    const foreign = (model: ModelManifest, field: string, record: RecordValues) =>
      !isNewValue(field, record, tables, store, model);
    for (const [model, changes] of [...tables.writes]) {
      const [gone, kept]: [RecordValues[], RecordValues[]] = [[], []];
      for (const [id, record] of [...changes]) {
        const before = store.get(model, id);
        if (!before) continue;
        if (!record && !tables.renamed.get(model)?.has(id)) gone.push(before);
        else if (model.referrers.some(({ to }) => !sameKey(to, before, record))) kept.push(before);
      }
      this.refuseDependents(tables, { model, records: kept }, () => true, foreign);
      const all = this.release(tables, { model, records: gone }, foreign);
      for (const lost of all) this.refuseDependents(tables, lost, () => true, foreign);
    }
  }

  /** Before a commit: throws where a reference that the writes made leads nowhere. */
  requireTargets(tables: WritingTables, store: Tables): void {
    for (const [model, changes] of tables.writes) {
      // The orphans of a model that expires harm nobody, and go by themselves.
      if (model.expires) continue;
      for (const field of model.fields.values()) {
        if (field.references?.onDelete === undefined) continue;
        const asserting = [...changes.values()].filter(
          (record) => record !== null && isNewValue(field.name, record, tables, store, model),
        );
        this.requireTargetsOf(tables, model, field, asserting as RecordValues[]);
      }
    }
  }

  private requireTargetsOf(
    tables: Tables,
    model: ModelManifest,
    { name, references }: FieldManifest,
    records: readonly RecordValues[],
  ): void {
    if (!references || records.length === 0) return;
    const target = this.modelOf(references.model);
    const there = references.field === "id" ? undefined : textsOf(tables.all(target), references.field);
    for (const record of records) {
      const text = keyText([name], record);
      if (text === null || (there ? there.has(text) : tables.get(target, record[name]))) continue;
      throw danglingReference(KIND, { model: model.name, field: name, references: nameOf(target, references.field) });
    }
  }

  /** Does what `onDelete` says to all that depends on lost records, each once, and returns all that is lost then. */
  private release(
    tables: WritingTables,
    first: Lost,
    concerns: (model: ModelManifest, field: string, record: RecordValues) => boolean,
  ): Lost[] {
    const all = [first];
    // Deleted dependents are not found a second time: a circle of references ends.
    for (const lost of all) {
      for (const referrer of lost.model.referrers) {
        const model = this.modelOf(referrer.model);
        const dependents = this.dependents(tables, lost, referrer).filter((record) =>
          concerns(model, referrer.field, record),
        );
        if (dependents.length === 0) continue;
        if (referrer.onDelete === "cascade") {
          for (const record of dependents) tables.put(model, record["id"], null);
          all.push({ model, records: dependents });
        } else if (referrer.onDelete === "set null" || referrer.onDelete === "set default") {
          const field = knownField(model, referrer.field);
          for (const record of dependents) {
            const value = referrer.onDelete === "set null" ? null : defaultValue(model.name, field);
            tables.put(model, record["id"], { ...record, [field.name]: value });
          }
          this.requireKeysKept(tables, model, dependents);
        }
      }
    }
    return all;
  }

  private refuseDependents(
    tables: WritingTables,
    lost: Lost,
    refuses: (referrer: Referrer) => boolean,
    concerns: (model: ModelManifest, field: string, record: RecordValues) => boolean = () => true,
  ): void {
    for (const referrer of lost.model.referrers) {
      if (!refuses(referrer)) continue;
      const model = this.modelOf(referrer.model);
      const left = this.dependents(tables, lost, referrer).some((record) => concerns(model, referrer.field, record));
      if (!left) continue;
      const { model: name, field, to } = referrer;
      throw referencedRecord(KIND, { model: name, field, references: nameOf(lost.model, to) });
    }
  }

  /** The records that refer to a key which is not there any more. */
  private dependents(tables: Tables, { model, records }: Lost, { model: name, field, to }: Referrer): RecordValues[] {
    const keys = textsOf(records, to);
    if (keys.size === 0) return [];
    const found = [...tables.all(this.modelOf(name))].filter((record) => keys.has(keyText([field], record)));
    if (found.length === 0) return [];
    const there = textsOf(tables.all(model), to);
    return found.filter((record) => !there.has(keyText([field], record)));
  }

  private modelOf(name: string): ModelManifest {
    return knownModel(this.manifest, name);
  }
}

/** Whether writes gave a record this value of a field: it was not there, or had another one. */
function isNewValue(
  field: string,
  record: RecordValues,
  tables: WritingTables,
  store: Tables,
  model: ModelManifest,
): boolean {
  const id = record["id"];
  if (!tables.writes.get(model)?.get(id)) return false;
  const before = store.get(model, id);
  return !sameKey(field, record, before);
}

function sameKey(field: string, left: RecordValues, right: RecordValues | null | undefined): boolean {
  return !!right && keyText([field], left) === keyText([field], right);
}

function textsOf(records: Iterable<RecordValues>, field: string): Set<string | null> {
  const texts = new Set<string | null>();
  for (const record of records) texts.add(keyText([field], record));
  texts.delete(null);
  return texts;
}

function nameOf(model: ModelManifest, field: string): string {
  return `${model.name}.${field}`;
}
