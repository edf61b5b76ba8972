import { createHash } from "node:crypto";
import { invalidSchema } from "../../../errors.ts";
import type { ModelLayout } from "../../layout/model-layout.ts";
import { isAskedFor, qualifiedName, type Drop } from "./drop.ts";
import { modelEntries, type ModelEntries } from "./entry-names.ts";

/** What a table is known to hold of a model. */
export interface RecordedModel extends ModelEntries {
  /** Names of entries that were begun, and not finished. */
  readonly pending: readonly string[];
  /**
   * Names of entries that are there and that the schema pushed last does not have: other instances may live by them.
   */
  readonly kept: readonly string[];
}

/** What must be done to a model's entries. */
export interface ModelChange {
  readonly model: string;
  /** Names of entries that existing records may lack. */
  readonly added: readonly string[];
  /** Names of entries that are removed, as `drop` asks. */
  readonly dropped: readonly string[];
  /** All entries are made again: they are to carry fields that they did not. */
  readonly refresh: boolean;
  /** Records expire by another field than before, or not any more: they and their entries are written again. */
  readonly expiry: boolean;
}

/** Which records are looked at: those of changed models, of all, or none. */
export type BackfillMode = "changes" | "all" | "none";

/** What a schema means for a table that something is recorded of. */
export interface SchemaComparison {
  readonly changes: readonly ModelChange[];
  /** Entries that stay though the schema does not have them, with their models: `user.unique:username`. */
  readonly kept: readonly string[];
  /** Whether the record says all of this already, and nothing is to be done. */
  readonly settled: boolean;
}

/** Holds a schema against what is recorded of a table. A model that was never pushed is new in whole. */
export function compareSchema(
  layouts: readonly ModelLayout[],
  recorded: ReadonlyMap<string, RecordedModel>,
  mode: BackfillMode,
  drop: Drop,
): SchemaComparison {
  const changes: ModelChange[] = [];
  const kept: string[] = [];
  let settled = true;
  for (const layout of layouts) {
    const { name } = layout.model;
    const now = modelEntries(layout);
    const known = recorded.get(name);
    if (known && known.home !== now.home) throw movedHome(name, known.home, now.home);
    const gone = entriesNotOf(now, known);
    const dropped = gone.filter((entry) => isAskedFor(drop, name, entry));
    kept.push(...gone.filter((entry) => !dropped.includes(entry)).map((entry) => qualifiedName(name, entry)));
    const change: ModelChange = { model: name, dropped, ...fillingOf(now, known, mode) };
    if (change.added.length + dropped.length > 0 || change.refresh || change.expiry) changes.push(change);
    // What was complete under the last schema is not kept up by this one: the record has to say so.
    settled &&= known !== undefined && includesAll(known.kept, gone) && includesAll(now.carries, known.carries);
  }
  return { changes, kept: kept.sort(), settled: settled && changes.length === 0 };
}

/** What existing records must be given. */
function fillingOf(
  now: ModelEntries,
  known: RecordedModel | undefined,
  mode: BackfillMode,
): Pick<ModelChange, "added" | "refresh" | "expiry"> {
  const ready = mode === "all" ? [] : (known?.entries ?? []);
  const expires = now.expiry !== "" || (known?.expiry ?? "") !== "";
  return {
    added: now.entries.filter((entry) => !ready.includes(entry)),
    refresh: known !== undefined && !includesAll(known.carries, now.carries),
    expiry: mode === "all" || !known ? expires : known.expiry !== now.expiry,
  };
}

function includesAll(all: readonly string[], some: readonly string[]): boolean {
  return some.every((one) => all.includes(one));
}

/** The entries that a table is known to hold of a model and that a schema does not have. */
export function entriesNotOf(schema: ModelEntries | undefined, known: RecordedModel | undefined): string[] {
  if (!known) return [];
  const all = new Set([...known.entries, ...known.pending, ...known.kept]);
  return [...all].filter((entry) => !schema?.entries.includes(entry)).sort();
}

/** Records cannot be found at a new home while they live at the old one, nor can both be true at once. */
function movedHome(model: string, before: string, now: string): Error {
  const fields = (home: string) => home.slice(home.indexOf(":") + 1);
  return invalidSchema(
    `clusterBy of "${model}" is "${fields(now)}" now, and its records live at "${fields(before)}". ` +
      "Nothing was written. Give the new schema another table name or prefix and move the records: " +
      "npx auth-dynamodb import --from-prefix … (or --from-table …).",
    model,
  );
}

/** Tells one schema's demands on a table from another's. */
export function fingerprintOf(layouts: readonly ModelLayout[]): string {
  const models = layouts
    .map((layout) => [layout.model.name, modelEntries(layout)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(models)).digest("base64url").slice(0, 22);
}
