import type { RecordValues } from "../../orm/values/normalize.ts";
import type { LeftOutRow } from "./report.ts";

/** Rows of one model, and where the next page begins. */
export interface RowPage {
  /** By the library's own field names, `id` among them. */
  readonly rows: readonly RecordValues[];
  /** Rows that the source itself cannot give. */
  readonly leftOut?: readonly LeftOutRow[] | undefined;
  /** Undefined at the end. */
  readonly next: string | undefined;
}

/** Which rows are read. */
export interface RowReading {
  /** The `next` of an earlier page. */
  readonly after: string | undefined;
  /** Only rows that have changed at this time or later, of models that tell. */
  readonly since: Date | undefined;
  readonly pageSize: number;
}

/** Where rows come from: another database, a folder of files, a table of another layout. It is only read. */
export interface RowSource {
  /** The models that it has rows of, by the library's names. */
  readonly models: readonly string[];
  /** What is not in it though it might be looked for, in words for people. */
  readonly notes: readonly string[];
  /** How many rows a model has. Undefined where that is not known. */
  count(model: string): Promise<number | undefined>;
  /** A model's rows, page by page, each of them once, in an order that stays. */
  pages(model: string, reading: RowReading): AsyncGenerator<RowPage, void, void>;
  /** Which of some ids it has rows of. */
  present(model: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Whether a field's values come in the form that the application sees, and are stored in another. */
  isTransformed(model: string, field: string): boolean;
  /** What new records have in fields that the source has not, by the library's own names. */
  readonly onCreate?: ((model: string) => RecordValues) | undefined;
}
