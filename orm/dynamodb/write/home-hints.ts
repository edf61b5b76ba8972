import type { RecordValues } from "../../values/normalize.ts";
import { keyText, type ItemKey } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import type { StoredRecord } from "../layout/stored-record.ts";

const CAPACITY = 1000;

/** Where a record was when it was read last, and what its key fields held. */
export interface HomeHint {
  readonly key: ItemKey;
  readonly placed: RecordValues;
}

/**
 * Where records that were read lately live, by id. A read or write by id then goes straight to the
 * home, without asking the id's entry first. A read checks what it finds there, a write's condition
 * names the id: a hint that is out of date shows, and the entry is asked after all.
 */
export class HomeHints {
  readonly #homes = new Map<string, HomeHint>();

  /** Notes a record of a model that does not live at its id. */
  note(record: StoredRecord): void {
    if (record.layout.model.home.fields.join() === "id") return;
    const placed: RecordValues = {};
    for (const field of record.layout.placedFields) placed[field] = record.values[field];
    const text = hintKey(record.layout, record.values["id"]);
    this.#homes.delete(text);
    this.#homes.set(text, { key: record.key, placed });
    if (this.#homes.size > CAPACITY) this.#homes.delete(this.#homes.keys().next().value!);
  }

  find(layout: ModelLayout, id: unknown): HomeHint | undefined {
    return this.#homes.get(hintKey(layout, id));
  }
}

function hintKey(layout: ModelLayout, id: unknown): string {
  return keyText(layout.table, { _pk: layout.model.name, _sk: String(id) });
}
