import { keysOf } from "../../../orm/dynamodb/layout/places.ts";
import { requireLayout } from "../../../orm/dynamodb/context.ts";
import type { EnforcedReference } from "../../../orm/dynamodb/layout/model-layout.ts";
import { mapLimit } from "../../../orm/util/map-limit.ts";
import type { RecordValues } from "../../../orm/values/normalize.ts";
import type { ModelCount, Removal } from "../page/wire.ts";
import { modelOf, type Work } from "../studio.ts";

/** Records that are counted: beyond them it is said that there are more. */
const MAX_RECORDS = 20_000;
const CONCURRENCY = 8;

/** What stands for a record in the walk: its model, and what of it decides about its items and dependents. */
interface Found {
  readonly model: string;
  readonly values: RecordValues;
}

/** What a removal of some records would take with it: walked along the references, as the removal itself goes. */
export async function previewRemoval(work: Work, model: string, where: RecordValues): Promise<Removal> {
  const tally = new Tally();
  const roots = await modelOf(work, model).client.findMany({ where });
  let wave = tally.take(roots.map((values) => ({ model, values })));
  while (wave.length > 0 && !tally.full) {
    const steps = wave.flatMap(({ model: name, values }) =>
      requireLayout(work.studio, name).dependents.map((reference) => ({
        reference,
        value: values[reference.key] ?? null,
      })),
    );
    const found = await mapLimit(
      steps.filter(({ value }) => value !== null),
      CONCURRENCY,
      async ({ reference, value }) => ({ reference, records: await dependentsBy(work, reference, value) }),
    );
    for (const record of wave) tally.items += keysOf(requireLayout(work.studio, record.model), record.values).length;
    wave = found.flatMap(({ reference, records }) => tally.follow(reference, records));
  }
  return tally.result();
}

function dependentsBy(work: Work, { model, field }: EnforcedReference, value: unknown): Promise<RecordValues[]> {
  return modelOf(work, model).client.findMany({ where: { [field]: value } });
}

/** Records by what becomes of them, each counted once, also along a circle. */
class Tally {
  readonly #seen = new Map<string, Set<string>>();
  readonly #released = new Map<string, Set<string>>();
  readonly #forbidding = new Map<string, Set<string>>();
  #records = 0;
  items = 0;

  get full(): boolean {
    return this.#records >= MAX_RECORDS;
  }

  /** Those that were not taken before. */
  take(found: readonly Found[]): Found[] {
    const fresh = found.filter(({ model, values }) => add(this.#seen, model, values));
    this.#records += fresh.length;
    return fresh;
  }

  /** Notes what depends on a record that goes, and returns what goes with it. */
  follow({ model, onDelete }: EnforcedReference, records: readonly RecordValues[]): Found[] {
    if (onDelete === "cascade") return this.take(records.map((values) => ({ model, values })));
    const kept = onDelete === "restrict" || onDelete === "no action" ? this.#forbidding : this.#released;
    for (const values of records) add(kept, model, values);
    return [];
  }

  result(): Removal {
    return {
      removed: counts(this.#seen),
      records: this.#records,
      items: this.items,
      released: counts(this.#released, this.#seen),
      forbidding: counts(this.#forbidding, this.#seen),
      more: this.full,
    };
  }
}

function add(sets: Map<string, Set<string>>, model: string, values: RecordValues): boolean {
  const ids = sets.get(model) ?? new Set<string>();
  sets.set(model, ids);
  const id = String(values["id"]);
  if (ids.has(id)) return false;
  ids.add(id);
  return true;
}

/** How many of each model, without those that go anyway. */
function counts(sets: ReadonlyMap<string, Set<string>>, but?: ReadonlyMap<string, Set<string>>): ModelCount[] {
  return [...sets].flatMap(([model, ids]) => {
    const count = [...ids].filter((id) => !but?.get(model)?.has(id)).length;
    return count > 0 ? [{ model, count }] : [];
  });
}
