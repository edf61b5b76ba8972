import { createHash } from "node:crypto";
import { invalidSchema } from "../../errors.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { modelPaths, type ModelPaths } from "./paths.ts";

/** What a table is known to hold of a model. */
export interface RecordedModel extends ModelPaths {
  /** Paths whose entries were begun, and not finished. */
  readonly pending: readonly string[];
  /** Paths that the schema has no longer, whose entries are still there. */
  readonly dropped: readonly string[];
}

/** What must be done to a model's entries. */
export interface ModelChange {
  readonly model: string;
  /** Paths that existing records may lack entries of. */
  readonly added: readonly string[];
  /** Paths whose entries serve nothing any more. */
  readonly dropped: readonly string[];
  /** Entries of all paths are made again: they carry other foreign keys than before. */
  readonly refresh: boolean;
  /** Records expire by another field than before, or not any more: they and their entries are written again. */
  readonly expiry: boolean;
}

/** Which records are looked at: those of changed models, or of all. */
export type BackfillMode = "changes" | "all";

/** What the schema changed of a table's models since the last push. A model that was never pushed is new in whole. */
export function schemaChanges(
  layouts: readonly ModelLayout[],
  recorded: ReadonlyMap<string, RecordedModel>,
  mode: BackfillMode,
): ModelChange[] {
  return layouts.flatMap((layout) => {
    const { name } = layout.model;
    const now = modelPaths(layout);
    const known = recorded.get(name);
    if (known && known.home !== now.home) throw movedHome(name, known.home, now.home);
    const ready = mode === "all" ? [] : (known?.paths ?? []);
    const added = now.paths.filter((path) => !ready.includes(path));
    const present = known ? [...known.paths, ...known.pending, ...known.dropped] : [];
    const dropped = [...new Set(present)].filter((path) => !now.paths.includes(path));
    const refresh = known !== undefined && now.paths.length > 0 && known.carries.join() !== now.carries.join();
    const expires = now.expiry !== "" || (known?.expiry ?? "") !== "";
    const expiry = mode === "all" || !known ? expires : known.expiry !== now.expiry;
    return added.length + dropped.length > 0 || refresh || expiry ? [{ model: name, added, dropped, refresh, expiry }] : [];
  });
}

/** Records cannot be found at a new home while they live at the old one, nor can both be true at once. */
function movedHome(model: string, before: string, now: string): Error {
  const fields = (home: string) => home.slice(home.indexOf(":") + 1);
  return invalidSchema(
    `clusterBy of "${model}" is "${fields(now)}" now, and its records live at "${fields(before)}". Nothing was written. ` +
      "Give the new schema another table name or prefix and move the records: npx auth-dynamodb import --from-prefix … (or --from-table …).",
    model,
  );
}

/** Tells one schema's demands on a table from another's. */
export function fingerprintOf(layouts: readonly ModelLayout[]): string {
  const models = layouts.map((layout) => [layout.model.name, modelPaths(layout)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(models)).digest("base64url").slice(0, 22);
}
