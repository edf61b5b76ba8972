import { OrmError, uniqueViolation, transactionConflict } from "../../../errors.ts";
import type { StoreContext } from "../../context.ts";
import type { ModelLayout } from "../../layout/model-layout.ts";
import { STORAGE_FORMAT } from "../../layout/storage-format.ts";
import { newWriteId } from "../../layout/write-ids.ts";
import type { SchemaTable } from "../schema-tables.ts";
import { nameOf } from "./named-duplicates.ts";
import { rehearse } from "./rehearse.ts";
import { backfill, type BackfillProgress, type BackfillResult } from "./backfill.ts";
import { qualifiedName, type Drop } from "./drop.ts";
import { modelEntries } from "./entry-names.ts";
import { readRecordedSchema, saveSegments, writeRecordedSchema, type RecordedSchema } from "./recorded-schema.ts";
import {
  compareSchema,
  entriesNotOf,
  fingerprintOf,
  type BackfillMode,
  type ModelChange,
  type RecordedModel,
} from "./schema-change.ts";

/** What a push did about the entries of one table. */
export interface ReconcileReport extends BackfillResult {
  /** What the schema changed since the last push; on an older table everything is looked at once. */
  readonly changes: readonly ModelChange[];
  /**
   * Entries that stay though this schema does not have them, as `user.unique:username`: the recorded
   * schema does, and instances may run that live by them. `drop` takes these names.
   */
  readonly kept: readonly string[];
  /** `recorded`: the table now says which schema it holds. `would be recorded` is a dry run's answer. */
  readonly schema: "recorded" | "already recorded" | "would be recorded" | "not recorded";
}

export interface ReconcileOptions {
  readonly mode: BackfillMode;
  /** The table was just made: there is nothing to look at. */
  readonly fresh: boolean;
  readonly dryRun: boolean;
  readonly drop: Drop;
  readonly total: number | undefined;
  readonly onProgress?: ((progress: BackfillProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a push did that had nothing to fill. */
export function nothingFilled(total: number | undefined): BackfillResult {
  return {
    ...{ done: 0, total, resume: undefined, complete: true },
    ...{ written: 0, removed: 0, duplicates: [], duplicateCount: 0 },
  };
}

const ATTEMPTS = 5;

/** Brings a table's entries up to the schema, and notes in the table what it holds. */
export async function reconcile(
  context: StoreContext,
  subject: SchemaTable,
  options: ReconcileOptions,
): Promise<ReconcileReport> {
  const { name: table, layouts } = subject;
  const model = layouts[0].model.name;
  const fingerprint = fingerprintOf(layouts);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const before = await readRecordedSchema(context, table, model);
    const compared = compareSchema(layouts, before?.models ?? new Map(), options.mode, options.drop);
    const { kept, settled } = compared;
    const changes = options.fresh ? [] : compared.changes;
    const nothing = { ...nothingFilled(options.total), changes, kept };
    if (settled && before?.format === STORAGE_FORMAT) return { ...nothing, schema: "already recorded" };
    if (options.dryRun) return { ...(await rehearsed(context, subject, options, changes)), changes, kept };
    // Where the format alone is an older one, no record has to be looked at.
    if (options.mode === "none" && !options.fresh && !settled) {
      return { ...nothing, complete: changes.length === 0, schema: "not recorded" };
    }

    const goal = `${fingerprint}:${options.mode}:${JSON.stringify(changes.map(({ dropped }) => dropped))}`;
    const resumed = before?.work?.goal === goal;
    const begun =
      resumed || changes.length === 0
        ? before
        : await writeRecordedSchema(context, table, model, before, {
            fingerprint: before?.fingerprint ?? "",
            models: recordedModels(before, layouts, changes, "begun"),
            work: { goal, run: newWriteId(), segments: {} },
          });
    // Another push was first: see what is left to do.
    if (changes.length > 0 && !begun) continue;
    const result =
      changes.length === 0
        ? nothing
        : await backfill(context, {
            table: subject,
            changes,
            kept,
            run: begun?.work?.run ?? "",
            from: begun?.work?.segments ?? {},
            total: options.total,
            save: (segments) => saveSegments(context, table, model, goal, segments),
            onProgress: options.onProgress,
            signal: options.signal,
          });
    if (!result.complete) return { ...result, changes, kept, schema: "not recorded" };
    const failed = new Set(result.duplicates.map(nameOf));
    const done = await writeRecordedSchema(context, table, model, begun, {
      fingerprint: failed.size > 0 ? (begun?.fingerprint ?? "") : fingerprint,
      models: recordedModels(begun, layouts, changes, "done", failed),
      work: undefined,
    });
    if (done) return { ...result, changes, kept, schema: failed.size > 0 ? "not recorded" : "recorded" };
  }
  const problem = `Other pushes kept changing the schema of the table "${table}". Run one push at a time.`;
  throw transactionConflict("dynamodb", model, problem, { table });
}

/** What a push would find: nothing where it would not look. */
async function rehearsed(
  context: StoreContext,
  table: SchemaTable,
  options: ReconcileOptions,
  changes: readonly ModelChange[],
) {
  const looked = options.mode === "none" ? [] : changes;
  const found = await rehearse(context, { ...options, table, changes: looked });
  return { ...found, schema: "would be recorded" as const };
}

/** The models of a table as they are recorded before and after a back-fill. Those of other schemas stay. */
function recordedModels(
  before: RecordedSchema | undefined,
  layouts: readonly ModelLayout[],
  changes: readonly ModelChange[],
  stage: "begun" | "done",
  failed: ReadonlySet<string> = new Set(),
): Map<string, RecordedModel> {
  const models = new Map(before?.models);
  for (const layout of layouts) {
    const { name } = layout.model;
    const now = modelEntries(layout);
    const known = before?.models.get(name);
    const change = changes.find(({ model }) => model === name);
    const dropped = stage === "done" ? (change?.dropped ?? []) : [];
    const unfilled =
      stage === "begun" ? (change?.added ?? []) : now.entries.filter((entry) => failed.has(qualifiedName(name, entry)));
    models.set(name, {
      home: now.home,
      entries: now.entries.filter((entry) => !unfilled.includes(entry)),
      pending: unfilled,
      kept: entriesNotOf(now, known).filter((entry) => !dropped.includes(entry)),
      // While entries are made again, all of them carry only what they did and still do.
      carries: now.carries.filter((field) => stage === "done" || !change?.refresh || known?.carries.includes(field)),
      expiry: stage === "begun" && change?.expiry ? (known?.expiry ?? "") : now.expiry,
    });
  }
  return models;
}

/** The error of duplicates, for whoever does not read the report. */
export function duplicatesError(table: string, { duplicates, duplicateCount }: BackfillResult): OrmError {
  const [{ model, fields } = { model: table, fields: [] }] = duplicates;
  const { code, meta } = uniqueViolation("dynamodb", model, fields);
  const named = duplicates
    .slice(0, 5)
    .map(({ model, fields, ids }) => `${model} ${ids.join(" and ")} have the same ${fields.join(" + ")}`);
  return new OrmError({
    code,
    backendKind: "dynamodb",
    message:
      `${duplicateCount} duplicate${duplicateCount === 1 ? "" : "s"} of keys that are to be unique in the table ` +
      `"${table}": ${named.join("; ")}` +
      `${duplicateCount > named.length ? "; …" : "."} Those keys were left without entries. Change or delete the ` +
      "duplicates and push again.",
    meta: { ...meta, table },
  });
}
