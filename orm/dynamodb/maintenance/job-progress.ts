/** How far a long job has come: of a back-fill, an audit, a copy, an import and a count alike. */
export interface JobProgress {
  /** Items looked at by this run. */
  readonly done: number;
  /** All items, as DynamoDB counted them last: every six hours or so. Undefined where that is not known. */
  readonly total: number | undefined;
  /**
   * Where a next run goes on: its option `resume`. Undefined at the end, and of a push always, whose
   * tables themselves know where to go on.
   */
  readonly resume: string | undefined;
  /** Whether everything has been looked at. */
  readonly complete: boolean;
}
