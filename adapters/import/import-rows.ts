import type { JobProgress } from "../../orm/dynamodb/maintenance/job-progress.ts";
import type { OrderedModel } from "./model-order.ts";
import { missingRows, type UnknownRecord } from "./missing-rows.ts";
import type { ImportRowsOptions } from "./options.ts";
import { openMove, type Move, type MoveParts } from "./open-move.ts";
import { parsePosition, positionToken, type Step } from "./import-position.ts";
import type { LeftOutRow, MoveReport } from "./report.ts";
import type { MappedRow } from "./row-mapper.ts";
import type { RowReading } from "./row-source.ts";

/** As many as keep the database busy between one page and the next, and few enough to go on from. */
const PAGE_SIZE = 1000;

/** Brings tables up to a source's rows: see the functions for each source. */
export async function importRows(parts: MoveParts, options: ImportRowsOptions): Promise<MoveReport> {
  return new ImportRun(await openMove(parts, options.dryRun ?? false), options).run();
}

/** A page of a source, as it is written. */
interface MappedPage {
  readonly mapped: readonly MappedRow[];
  readonly leftOut: readonly LeftOutRow[];
  /** Rows that were read. */
  readonly rows: number;
  readonly next: string | undefined;
}

class ImportRun {
  readonly #steps: readonly Step[];
  #done = 0;
  #total: number | undefined;

  constructor(
    private readonly move: Move,
    private readonly options: ImportRowsOptions,
  ) {
    const { models } = move;
    this.#steps = [
      ...(options.deleteMissing ? [{ kind: "delete" } as const] : []),
      ...models.map(({ model }) => ({ kind: "rows" as const, model: model.name })),
      ...models
        .filter(({ late }) => late.length > 0)
        .map(({ model }) => ({ kind: "links" as const, model: model.name })),
    ];
  }

  async run(): Promise<MoveReport> {
    const { signal, resume, since } = this.options;
    const { first, after } = parsePosition(resume, this.#steps);
    if (since === undefined) this.#total = await this.#count(first);
    let report = this.#report({ resume: undefined, complete: true });
    for (const [index, step] of this.#steps.entries()) {
      if (index < first) continue;
      for await (const next of this.#pages(step, index === first ? after : undefined)) {
        const rest = next === undefined ? this.#steps[index + 1] : { ...step, after: next };
        report = this.#report({ resume: rest && positionToken(rest), complete: rest === undefined });
        await this.options.onProgress?.(report);
        if (signal?.aborted) return report;
      }
    }
    return report;
  }

  #report({ resume, complete }: Pick<JobProgress, "resume" | "complete">): MoveReport {
    return this.move.log.report({ done: this.#done, total: this.#total, resume, complete });
  }

  /** Does a step's work page by page. Yields where the next page of it begins, undefined at the step's end. */
  async *#pages(step: Step, after: string | undefined): AsyncGenerator<string | undefined, void, void> {
    if (step.kind === "delete") {
      yield (await this.#deleteMissing()) ? undefined : "";
      return;
    }
    const ordered = this.move.models.find(({ model }) => model.name === step.model);
    if (!ordered) return;
    const { pageSize = PAGE_SIZE, since } = this.options;
    const reading = { after, since, pageSize };
    for await (const { mapped, leftOut, rows, next } of ahead(this.#mappedPages(ordered, reading))) {
      if (step.kind === "rows") {
        this.move.log.leftOut.push(...leftOut);
        await this.move.importer.importRows(ordered, mapped);
        this.#done += rows;
      } else await this.move.importer.linkRows(ordered, mapped);
      yield next;
    }
  }

  async *#mappedPages({ model }: OrderedModel, reading: RowReading): AsyncGenerator<MappedPage, void, void> {
    for await (const { rows, leftOut = [], next } of this.move.source.pages(model.name, reading)) {
      const page = { mapped: [] as MappedRow[], leftOut: [...leftOut], rows: rows.length, next };
      for (const row of rows) {
        const one = await this.move.mapper.map(model, row);
        if ("data" in one) page.mapped.push(one);
        else page.leftOut.push(one);
      }
      yield page;
    }
  }

  /** False where it was stopped. */
  async #deleteMissing(): Promise<boolean> {
    const { deleteMissing, signal, dryRun } = this.options;
    const { place, source, target, log } = this.move;
    const models = new Map(this.move.models.map(({ model }) => [model.name, model]));
    const unknown: UnknownRecord[] = [];
    for await (const found of missingRows(place, models, source, signal)) unknown.push(...found);
    if (signal?.aborted) return false;
    const counts: Record<string, number> = {};
    for (const { model } of unknown) counts[model.name] = (counts[model.name] ?? 0) + 1;
    const agreed = dryRun || typeof deleteMissing !== "function" || (await deleteMissing(counts));
    if (!agreed || unknown.length === 0) return true;
    for (const model of models.values()) {
      const records = unknown.filter((one) => one.model === model).map(({ record }) => record);
      await target.deleteMany(model, records);
      if (records.length > 0) log.count("deleted", model.name, records.length);
    }
    return true;
  }

  async #count(first: number): Promise<number | undefined> {
    const models = this.#steps.slice(first).flatMap((step) => (step.kind === "rows" ? [step.model] : []));
    const counts = await Promise.all(models.map((model) => this.move.source.count(model)));
    return counts.reduce<number | undefined>(
      (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
      0,
    );
  }
}

/** The same values, the next one asked for while the last one is worked on. */
async function* ahead<T>(values: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
  let next = values.next();
  try {
    for (;;) {
      const { value, done } = await next;
      if (done) return;
      next = values.next();
      // Waited for later: until then a failure is nobody's.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await next.catch(() => undefined);
    await values.return();
  }
}
