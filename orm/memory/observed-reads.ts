import { transactionConflict } from "../errors.ts";
import { conjuncts, type Predicate } from "../query/predicate.ts";
import type { ModelManifest, UniqueKey } from "../schema/manifest.ts";
import type { RecordValues } from "../values/normalize.ts";
import { keyText, KIND, type Tables } from "./tables.ts";

/** A unique key that was looked up, and the record that had it in the store. */
interface LookedUp {
  readonly model: ModelManifest;
  readonly key: UniqueKey;
  readonly text: string;
  readonly record: RecordValues | undefined;
}

/**
 * What a serializable transaction has read: records, and who had the unique keys that it looked up. A stored record is
 * replaced, never changed, so one that was changed and changed back is another one.
 */
export class ObservedReads {
  readonly #records = new Map<ModelManifest, Map<unknown, RecordValues>>();
  readonly #lookedUp = new Map<string, LookedUp>();

  note(store: Tables, model: ModelManifest, where: Predicate, found: readonly RecordValues[]): void {
    for (const { id } of found as readonly { id?: unknown }[]) {
      const stored = store.get(model, id);
      let records = this.#records.get(model);
      if (!records) this.#records.set(model, (records = new Map()));
      // What is seen twice is as it was the first time; what was made here is not in the store.
      if (stored && !records.has(id)) records.set(id, stored);
    }
    for (const [key, text] of keysIn(model, where)) {
      const name = `${model.name} ${key.fields.join()} ${text}`;
      if (!this.#lookedUp.has(name)) {
        this.#lookedUp.set(name, { model, key, text, record: holderOf(store, model, key, text) });
      }
    }
  }

  /** Throws `TRANSACTION_CONFLICT` where something in the store is not as it was read. */
  checkUnchanged(store: Tables): void {
    for (const [model, records] of this.#records) {
      for (const [id, record] of records) {
        if (store.get(model, id) !== record) throw changed(model);
      }
    }
    for (const { model, key, text, record } of this.#lookedUp.values()) {
      if (holderOf(store, model, key, text) !== record) throw changed(model);
    }
  }
}

/** The unique keys that a filter names, with the values it allows. */
function keysIn(model: ModelManifest, where: Predicate): [UniqueKey, string][] {
  const values = new Map<string, readonly unknown[]>();
  for (const item of conjuncts(where)) {
    if (item.type !== "compare" || item.insensitive) continue;
    if (item.operator === "eq") values.set(item.field, [item.value]);
    if (item.operator === "in") values.set(item.field, item.value as readonly unknown[]);
  }
  return model.uniques.flatMap((key) => {
    let all: RecordValues[] = [{}];
    for (const field of key.fields) {
      all = all.flatMap((one) => (values.get(field) ?? []).map((value) => ({ ...one, [field]: value })));
    }
    return all.flatMap((one): [UniqueKey, string][] => {
      const text = keyText(key.fields, one);
      return text === null ? [] : [[key, text]];
    });
  });
}

function holderOf(tables: Tables, model: ModelManifest, key: UniqueKey, text: string): RecordValues | undefined {
  for (const record of tables.all(model)) if (keyText(key.fields, record) === text) return record;
  return undefined;
}

function changed(model: ModelManifest): Error {
  const problem = `Another writer changed a "${model.name}" that this transaction has read, or took a free key.`;
  return transactionConflict(KIND, model.name, problem);
}
