/** How far a long job has come, and what it has found so far. */
export interface JobStep<Result> {
  /** Items looked at. */
  readonly done: number;
  /** All items, as DynamoDB counted them last; undefined where that is not known. */
  readonly total: number | undefined;
  readonly result: Result;
}
