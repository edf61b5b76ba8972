import type { Duplicate } from "../../orm/dynamodb/maintenance/duplicate.ts";
import type { JobProgress } from "../../orm/dynamodb/maintenance/job-progress.ts";

/** Numbers by model. */
export type Counts = Readonly<Record<string, number>>;

/** What an import did, and how far it came: from its start or from where it went on. */
export interface MoveReport extends JobProgress {
  readonly dryRun: boolean;
  /** Records written anew, or that would be. */
  readonly imported: Counts;
  /** Records that were there with other values, and have the source's now. */
  readonly updated: Counts;
  /** Records that were there already, the same in every field. */
  readonly present: Counts;
  /** Records that were changed later here than in the source, and were left as they are. */
  readonly newer: Counts;
  /** Rows of no use any more: sessions and tokens whose time has passed. Not imported. */
  readonly expired: Counts;
  /** Records that the source has no row of, and that were deleted. */
  readonly deleted: Counts;
  /** Rows that were left out because another record has their unique values, e-mails compared in lower case. */
  readonly duplicates: readonly Duplicate[];
  /** Rows that were left out for another reason. */
  readonly leftOut: readonly LeftOutRow[];
  /** Fields that have values in the source and do not exist here, by model. */
  readonly unknownFields: Readonly<Record<string, readonly string[]>>;
  /** Rows of models that do not exist here: none of them was read. */
  readonly unknownModels: Counts;
  /** What else to know about the source. */
  readonly notes: readonly string[];
  /** What to give the next run as `since`: when this one began. */
  readonly since: Date;
}

/** A row that was left out, and why. */
export interface LeftOutRow {
  readonly model: string;
  readonly id: string;
  readonly reason: "dangling" | "tooLarge" | "invalid";
  /** The fields concerned. */
  readonly fields: readonly string[];
  readonly detail: string;
}

type Tally = Record<string, number>;

const TALLIES = ["imported", "updated", "present", "newer", "expired", "deleted", "unknownModels"] as const;

/** Keeps count while rows are moved. */
export class MoveLog {
  readonly tallies: Readonly<Record<(typeof TALLIES)[number], Tally>>;
  readonly duplicates: Duplicate[] = [];
  readonly leftOut: LeftOutRow[] = [];
  readonly unknownFields: Record<string, string[]> = {};
  readonly notes: string[] = [];
  readonly #since = new Date();

  constructor(private readonly dryRun: boolean) {
    this.tallies = Object.fromEntries(TALLIES.map((name) => [name, {}])) as typeof this.tallies;
  }

  count(tally: (typeof TALLIES)[number], model: string, by = 1): void {
    const counts = this.tallies[tally];
    counts[model] = (counts[model] ?? 0) + by;
  }

  dropField(model: string, field: string): void {
    const known = (this.unknownFields[model] ??= []);
    if (!known.includes(field)) known.push(field);
  }

  report(progress: JobProgress): MoveReport {
    const { imported, updated, present, newer, expired, deleted, unknownModels } = this.tallies;
    const counts = { imported, updated, present, newer, expired, deleted, unknownModels };
    return {
      dryRun: this.dryRun,
      ...(structuredClone(counts) as typeof counts),
      duplicates: [...this.duplicates],
      leftOut: [...this.leftOut],
      unknownFields: structuredClone(this.unknownFields),
      notes: [...this.notes],
      since: this.#since,
      ...progress,
    };
  }
}
