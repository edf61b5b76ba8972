import { OrmError, uniqueViolation, transactionConflict } from "../../errors.ts";
import type { StoreContext } from "../context.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { newWriteId } from "../layout/write-ids.ts";
import { backfill, type BackfillProgress, type BackfillResult } from "./backfill.ts";
import { modelPaths, pathFields } from "./paths.ts";
import { fingerprintOf, schemaChanges, type BackfillMode, type ModelChange, type RecordedModel } from "./schema-change.ts";
import { readSchemaState, saveCursors, writeSchemaState, type SchemaState } from "./schema-item.ts";

/** What a push did about the entries of one table. */
export interface ReconcileReport extends BackfillResult {
  /** What the schema changed since the last push; on an older table everything is looked at once. */
  readonly changes: readonly ModelChange[];
  /** `recorded`: the table now says which schema it holds. `would be recorded` is a dry run's answer. */
  readonly schema: "recorded" | "already recorded" | "would be recorded" | "not recorded";
}

export interface ReconcileOptions {
  readonly mode: BackfillMode;
  /** The table was just made: there is nothing to look at. */
  readonly fresh: boolean;
  readonly dryRun: boolean;
  /** Entries of dropped paths stay for now: instances with the older schema still use them. */
  readonly keepDropped: boolean;
  readonly total: number | undefined;
  readonly onProgress?: ((progress: BackfillProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const NOTHING: BackfillResult = { complete: true, written: 0, removed: 0, duplicates: [], duplicateCount: 0 };
const ATTEMPTS = 5;

/** Brings a table's entries up to the schema, and notes in the table what it holds. */
export async function reconcile(
  context: StoreContext,
  table: string,
  layouts: readonly ModelLayout[],
  options: ReconcileOptions,
): Promise<ReconcileReport> {
  const model = layouts[0]!.model.name;
  const fingerprint = fingerprintOf(layouts);
  const target = `${fingerprint}:${options.mode}:${options.keepDropped ? "keep" : "remove"}`;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const before = await readSchemaState(context, table, model);
    const all = options.fresh ? [] : schemaChanges(layouts, before?.models ?? new Map(), options.mode);
    const changes = options.keepDropped ? all.filter(({ added, refresh, expiry }) => added.length > 0 || refresh || expiry) : all;
    const work = changes.map((change) => (options.keepDropped ? { ...change, dropped: [] } : change));
    const known = before !== undefined && layouts.every((layout) => before.models.has(layout.model.name));
    if (options.dryRun) return { ...NOTHING, changes: all, schema: known && all.length === 0 ? "already recorded" : "would be recorded" };
    if (known && all.length === 0) return { ...NOTHING, changes: [], schema: "already recorded" };

    const resumed = before?.work?.target === target;
    const begun =
      resumed || work.length === 0
        ? before
        : await writeSchemaState(context, table, model, before, {
            fingerprint: before?.fingerprint ?? "",
            models: recordedModels(before, layouts, work, "begun"),
            work: { target, run: newWriteId(), cursors: {} },
          });
    // Another push was first: see what is left to do.
    if (work.length > 0 && !begun) continue;
    const result =
      work.length === 0
        ? NOTHING
        : await backfill(context, {
            table,
            layouts,
            changes: work,
            run: begun?.work?.run ?? "",
            from: begun?.work?.cursors ?? {},
            total: options.total,
            save: (cursors) => saveCursors(context, table, model, target, cursors),
            onProgress: options.onProgress,
            signal: options.signal,
          });
    if (!result.complete) return { ...result, changes: all, schema: "not recorded" };
    const failed = new Set(result.duplicates.map((duplicate) => `${duplicate.model} ${duplicate.fields.join("+")}`));
    const done = await writeSchemaState(context, table, model, begun, {
      fingerprint: failed.size > 0 ? (begun?.fingerprint ?? "") : fingerprint,
      models: recordedModels(begun, layouts, work, "done", failed),
      work: undefined,
    });
    if (done) return { ...result, changes: all, schema: failed.size > 0 ? "not recorded" : "recorded" };
  }
  throw transactionConflict("dynamodb", model, `Other pushes kept changing the schema of the table "${table}". Run one push at a time.`, { table });
}

/** The models of a table as they are recorded before and after a back-fill. Those of other schemas stay. */
function recordedModels(
  before: SchemaState | undefined,
  layouts: readonly ModelLayout[],
  changes: readonly ModelChange[],
  stage: "begun" | "done",
  failed: ReadonlySet<string> = new Set(),
): Map<string, RecordedModel> {
  const models = new Map(before?.models);
  for (const layout of layouts) {
    const { name } = layout.model;
    const now = modelPaths(layout);
    const known = before?.models.get(name);
    const change = changes.find(({ model }) => model === name);
    const gone = [...(known?.paths ?? []), ...(known?.pending ?? []), ...(known?.dropped ?? [])].filter((path) => !now.paths.includes(path));
    const unfilled = stage === "begun"
      ? (change?.added ?? [])
      : now.paths.filter((path) => path.startsWith("unique:") && failed.has(`${name} ${pathFields(path).join("+")}`));
    models.set(name, {
      home: now.home,
      paths: now.paths.filter((path) => !unfilled.includes(path)),
      pending: unfilled,
      dropped: stage === "done" && change && change.dropped.length > 0 ? [] : [...new Set(gone)],
      carries: stage === "begun" && change?.refresh ? (known?.carries ?? []) : now.carries,
      expiry: stage === "begun" && change?.expiry ? (known?.expiry ?? "") : now.expiry,
    });
  }
  return models;
}

/** The error of duplicates, for whoever does not read the report. */
export function duplicatesError(table: string, { duplicates, duplicateCount }: BackfillResult): OrmError {
  const [first] = duplicates;
  const { code, meta } = uniqueViolation("dynamodb", first!.model, first!.fields);
  const named = duplicates.slice(0, 5).map(({ model, fields, ids }) => `${model} ${ids.join(" and ")} have the same ${fields.join(" + ")}`);
  return new OrmError({
    code,
    backendKind: "dynamodb",
    message:
      `${duplicateCount} duplicate${duplicateCount === 1 ? "" : "s"} of keys that are to be unique in the table "${table}": ${named.join("; ")}` +
      `${duplicateCount > named.length ? "; …" : "."} Those keys were left without entries. Change or delete the duplicates and push again.`,
    meta: { ...meta, table },
  });
}
