/** A unique value that two records have, or would have. */
export interface Duplicate {
  readonly model: string;
  /** The fields of the unique key. */
  readonly fields: readonly string[];
  /** The ids of both records: of the one that has the value first, where one of them has. */
  readonly ids: readonly [string, string];
}
