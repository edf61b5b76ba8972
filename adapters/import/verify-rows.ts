import type { JobProgress } from "../../orm/dynamodb/maintenance/job-progress.ts";
import { missingRows } from "./missing-rows.ts";
import { openMove, type Move, type MoveParts } from "./open-move.ts";
import { differing, hasExpired } from "./page-importer.ts";
import type { Counts } from "./report.ts";
import type { MappedRow } from "./row-mapper.ts";

/** A record that is not as its row is. */
export interface Difference {
  readonly model: string;
  readonly id: string;
  /** `missing`: there is no record. `different`: some fields. `extra`: there is no row. */
  readonly kind: "missing" | "different" | "extra";
  /** The fields that differ; their values may be secrets, and are not told. */
  readonly fields: readonly string[];
}

/** What a comparison of both sides found. */
export interface VerifyReport extends Omit<JobProgress, "resume"> {
  /** Records that are the same in every field, by model. */
  readonly same: Counts;
  readonly missing: Counts;
  readonly different: Counts;
  readonly extra: Counts;
  /** The first 1,000 of them. */
  readonly differences: readonly Difference[];
  /** Rows of models that do not exist here. */
  readonly unknownModels: Counts;
  readonly notes: readonly string[];
}

/** How both sides are compared. */
export interface VerifyRowsOptions {
  /** Told how far the job is, after each page. */
  readonly onProgress?: ((progress: Pick<JobProgress, "done" | "total">) => unknown) | undefined;
  /** Ends the comparison after the page under way, with `complete: false`. */
  readonly signal?: AbortSignal | undefined;
  /** Rows read at a time. Default: 500. */
  readonly pageSize?: number | undefined;
}

const LISTED = 1000;
const PAGE_SIZE = 500;

/** Compares every row with its record, and looks for records without a row. Rows that have expired do not count. */
export async function verifyRows(parts: MoveParts, options: VerifyRowsOptions): Promise<VerifyReport> {
  return new VerifyRun(await openMove(parts, false), options).run();
}

class VerifyRun {
  readonly #counts: Record<"same" | Difference["kind"], Record<string, number>> = {
    ...{ same: {}, missing: {}, different: {}, extra: {} },
  };
  readonly #differences: Difference[] = [];
  #done = 0;
  #total: number | undefined;

  constructor(
    private readonly move: Move,
    private readonly options: VerifyRowsOptions,
  ) {}

  async run(): Promise<VerifyReport> {
    const { source, models } = this.move;
    const counts = await Promise.all(models.map(({ model }) => source.count(model.name)));
    this.#total = counts.includes(undefined) ? undefined : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    const complete = (await this.#compareRows()) && (await this.#lookForExtra());
    const { unknownModels } = this.move.log.tallies;
    return {
      ...this.#counts,
      ...{ differences: this.#differences, unknownModels, notes: this.move.log.notes },
      ...{ done: this.#done, total: this.#total, complete },
    };
  }

  async #compareRows(): Promise<boolean> {
    const { signal, pageSize = PAGE_SIZE, onProgress } = this.options;
    const { source, models, mapper, target } = this.move;
    for (const { model } of models) {
      for await (const { rows } of source.pages(model.name, { after: undefined, since: undefined, pageSize })) {
        const mapped = await Promise.all(rows.map((row) => mapper.map(model, row)));
        const live = mapped.filter((row): row is MappedRow => "data" in row && !hasExpired(model, row.data));
        for (const row of mapped) if (!("data" in row)) this.#note({ model: model.name, id: row.id, kind: "missing" });
        const found = await target.find(model, live);
        live.forEach(({ id, data }, position) => {
          const record = found[position];
          const fields = record ? Object.keys(differing(model, record, data)) : [];
          if (record && fields.length === 0) this.#count("same", model.name);
          else this.#note({ model: model.name, id, kind: record ? "different" : "missing", fields });
        });
        this.#done += rows.length;
        await onProgress?.({ done: this.#done, total: this.#total });
        if (signal?.aborted) return false;
      }
    }
    return true;
  }

  async #lookForExtra(): Promise<boolean> {
    const { signal } = this.options;
    const { place, source, models } = this.move;
    const known = new Map(models.map(({ model }) => [model.name, model]));
    for await (const found of missingRows(place, known, source, signal))
      for (const { model, record } of found)
        this.#note({ model: model.name, id: String(record["id"]), kind: "extra", fields: [] });
    return !signal?.aborted;
  }

  #note({ fields = [], ...difference }: Omit<Difference, "fields"> & Partial<Pick<Difference, "fields">>): void {
    this.#count(difference.kind, difference.model);
    if (this.#differences.length < LISTED) this.#differences.push({ ...difference, fields });
  }

  #count(kind: "same" | Difference["kind"], model: string): void {
    this.#counts[kind][model] = (this.#counts[kind][model] ?? 0) + 1;
  }
}
