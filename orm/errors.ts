/**
 * Stable codes of {@link OrmError}. Branch on these, never on messages.
 *
 * - `UNIQUE_CONSTRAINT_VIOLATION`: a unique value is taken; `meta.target` names the fields.
 * - `FOREIGN_KEY_VIOLATION`: a record refers to one that is not there, or is referred to by one that keeps it from
 *   being deleted; `meta.target` names the referring field, `meta.references` what it refers to.
 * - `MISSING_TABLE`: the table of a model does not exist yet.
 * - `TRANSACTION_CONFLICT`: another writer changed the same records first. Retryable.
 * - `TRANSACTION_UNKNOWN`: the backend does not tell whether a transaction was committed, as a whole or not at all.
 *   Read before you try it again.
 * - `TRANSACTION_TOO_LARGE`: a transaction of more items than it may write, or with one that it cannot hold. Nothing
 *   was sent.
 * - `ITEM_TOO_LARGE`: a record exceeds the backend's item size. Nothing was written.
 * - `THROTTLED`: the backend refused for capacity, also after retries. Retryable.
 * - `SCAN_REFUSED`: no key or index serves the query and scans are refused.
 * - `INVALID_SCHEMA`: the schema cannot be stored by this backend.
 * - `INVALID_QUERY`: an unknown model, field, relation or operator, or an ambiguous lookup.
 * - `INVALID_VALUE`: a value that does not fit its field.
 * - `INVALID_OPTION`: an option that a function does not have, or a value that it cannot have; `meta.target` names it.
 * - `MISSING_SCHEMA`, `DEADLOCK`: of drivers for other backends; the drivers of this package never raise them.
 * - `WRITE_OUTSIDE_HOME_REGION`: the client's region is another one than the driver's `homeRegion`. Nothing was sent.
 * - `STORAGE_FORMAT_UNSUPPORTED`: a newer release has pushed the table, and this one would read or write wrongly what
 *   is stored in it; `meta.table` names it.
 * - `SETUP_FAILED`: the backend refused a step of a set-up, or could not be reached. See `RuntimeSetupError`.
 */
export type OrmErrorCode =
  | "UNIQUE_CONSTRAINT_VIOLATION"
  | "FOREIGN_KEY_VIOLATION"
  | "MISSING_TABLE"
  | "TRANSACTION_CONFLICT"
  | "TRANSACTION_UNKNOWN"
  | "TRANSACTION_TOO_LARGE"
  | "ITEM_TOO_LARGE"
  | "THROTTLED"
  | "SCAN_REFUSED"
  | "INVALID_SCHEMA"
  | "INVALID_QUERY"
  | "INVALID_VALUE"
  | "INVALID_OPTION"
  | "MISSING_SCHEMA"
  | "DEADLOCK"
  | "WRITE_OUTSIDE_HOME_REGION"
  | "STORAGE_FORMAT_UNSUPPORTED"
  | "SETUP_FAILED";

/** What an error is about. */
export interface OrmErrorMeta {
  /** The model concerned. */
  readonly model?: string;
  /** The fields concerned, for example those of a violated unique constraint. */
  readonly target?: readonly string[];
  /** Of a foreign key: what it refers to, such as `"user.id"`. */
  readonly references?: string;
  /** The backend's table concerned. */
  readonly table?: string;
  /** The constraint that refused the write, by its model and fields: `"user.email"`, `"account.provider+subject"`. */
  readonly constraint?: string;
  /** The backend's own name or number of the error, where there was one. */
  readonly originalCode?: string | number;
  /** The backend's own message, where there was one: for people and logs. */
  readonly originalMessage?: string;
}

/** What {@link OrmError} is made from. */
export interface OrmErrorInit {
  readonly code: OrmErrorCode;
  readonly message: string;
  readonly backendKind?: string;
  readonly dialect?: string | undefined;
  readonly retryable?: boolean;
  readonly meta?: OrmErrorMeta;
  readonly cause?: unknown;
}

/** The one error class of this package: every failure it knows arrives as one of these. */
export class OrmError extends Error {
  override readonly name: string = "OrmError";
  readonly code: OrmErrorCode;
  /** The kind of the driver that raised it, `"core"` when no backend was involved. */
  readonly backendKind: string;
  /** The dialect of a driver that speaks several. Undefined for those of this package. */
  readonly dialect: string | undefined;
  /** Whether running the same operation again can succeed without changing it. */
  readonly retryable: boolean;
  readonly meta: OrmErrorMeta;

  constructor(init: OrmErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    this.backendKind = init.backendKind ?? "core";
    this.dialect = init.dialect;
    this.retryable = init.retryable ?? false;
    this.meta = init.meta ?? {};
  }
}

/** Its own, and that of its class for set-ups. */
const NAMES: readonly string[] = ["OrmError", "RuntimeSetupError"];

/**
 * Whether `error` is an {@link OrmError}, also one of another copy of this package
 * (ESM and CJS builds can meet in one process), optionally of one code.
 */
export function isOrmError(error: unknown, code?: OrmErrorCode): error is OrmError {
  return (
    error instanceof Error &&
    NAMES.includes(error.name) &&
    "code" in error &&
    "backendKind" in error &&
    (code === undefined || error.code === code)
  );
}

/** An `INVALID_SCHEMA` error about a model. */
export function invalidSchema(message: string, model?: string, fields?: readonly string[]): OrmError {
  return new OrmError({ code: "INVALID_SCHEMA", message, meta: metaOf(model, fields) });
}

/** An `INVALID_QUERY` error about a model. */
export function invalidQuery(message: string, model?: string, fields?: readonly string[]): OrmError {
  return new OrmError({ code: "INVALID_QUERY", message, meta: metaOf(model, fields) });
}

/** An `INVALID_VALUE` error about a field of a model. */
export function invalidValue(model: string, field: string, problem: string): OrmError {
  return new OrmError({
    code: "INVALID_VALUE",
    message: `${model}.${field}: ${problem}`,
    meta: metaOf(model, [field]),
  });
}

/** An `INVALID_OPTION` error about an option, or about what is given in place of options. */
export function invalidOption(message: string, option?: string): OrmError {
  return new OrmError({
    code: "INVALID_OPTION",
    message,
    meta: metaOf(undefined, option === undefined ? undefined : [option]),
  });
}

/** A `UNIQUE_CONSTRAINT_VIOLATION` on the given fields of a model. */
export function uniqueViolation(
  backendKind: string,
  model: string,
  target: readonly string[],
  cause?: unknown,
): OrmError {
  return new OrmError({
    code: "UNIQUE_CONSTRAINT_VIOLATION",
    // Libraries above recognise a duplicate by these words: Better Auth's plugins among them.
    message: `Unique constraint failed: duplicate key ${target.join(" + ")} of "${model}".`,
    backendKind,
    meta: { ...metaOf(model, target), constraint: constraintName(model, target) },
    cause,
  });
}

/** The two ends of a reference, as errors name them. */
export interface ReferenceEnds {
  /** The referring model and field. */
  readonly model: string;
  readonly field: string;
  /** What it refers to: `"user.id"`. */
  readonly references: string;
}

/** A `FOREIGN_KEY_VIOLATION` of a record that refers to one that is not there. */
export function danglingReference(backendKind: string, ends: ReferenceEnds): OrmError {
  const { model, field, references } = ends;
  return new OrmError({
    code: "FOREIGN_KEY_VIOLATION",
    message: `Foreign key constraint failed: ${model}.${field} refers to a ${references} that is not there.`,
    backendKind,
    meta: { model, target: [field], references, constraint: constraintName(model, [field]) },
  });
}

/** A `FOREIGN_KEY_VIOLATION` of a record that others still refer to. */
export function referencedRecord(backendKind: string, ends: ReferenceEnds): OrmError {
  const { model, field, references } = ends;
  return new OrmError({
    code: "FOREIGN_KEY_VIOLATION",
    message:
      `Foreign key constraint failed: ${model}.${field} still refers to this ${references}. Delete or ` +
      "change those records first.",
    backendKind,
    meta: { model, target: [field], references, constraint: constraintName(model, [field]) },
  });
}

/** A `TRANSACTION_CONFLICT` of a model: another writer was there first. */
export function transactionConflict(
  backendKind: string,
  model: string,
  message: string,
  meta: OrmErrorMeta = {},
): OrmError {
  return new OrmError({
    code: "TRANSACTION_CONFLICT",
    message,
    backendKind,
    retryable: true,
    meta: { model, ...meta },
  });
}

function constraintName(model: string, fields: readonly string[]): string {
  return `${model}.${fields.join("+")}`;
}

function metaOf(model?: string, target?: readonly string[]): OrmErrorMeta {
  return { ...(model === undefined ? {} : { model }), ...(target === undefined ? {} : { target }) };
}
