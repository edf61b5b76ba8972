import { invalidOption } from "../../../orm/errors.ts";
import { checkOptions, isGroup, type OptionsOf } from "../../../orm/options/check-options.ts";
import { option } from "../../../orm/options/option-kinds.ts";
import { descriptionOf } from "../../description.ts";
import { importRows } from "../../import/import-rows.ts";
import { IMPORT_ROWS_OPTIONS, type ImportRowsOptions } from "../../import/options.ts";
import type { PlaceOfRecords } from "../../import/place-of-records.ts";
import type { MoveReport } from "../../import/report.ts";
import { verifyRows, type VerifyReport, type VerifyRowsOptions } from "../../import/verify-rows.ts";
import { BetterAuthSource, type OldAuth } from "./better-auth-source.ts";

/** A Better Auth instance on `dynamodbAdapter`. */
export interface NewAuth {
  readonly options: object;
}

/** From which Better Auth instance to which. */
export interface AuthMove {
  /** What `betterAuth` returned for the old configuration: its own `database` is read, whatever it is. */
  readonly from: OldAuth;
  /** The same for the new one, on `dynamodbAdapter`. Its tables must exist. */
  readonly to: NewAuth;
}

/** What {@link importFromBetterAuth} takes. */
export interface ImportFromBetterAuthOptions extends AuthMove, ImportRowsOptions {}

const auth = <Value>() =>
  option<Value>("what betterAuth returned", (value) => isGroup(value) && "options" in value && "$context" in value);

const MOVE_OPTIONS: OptionsOf<AuthMove> = { from: auth(), to: auth() };

/**
 * Copies all tables of a Better Auth database, whatever it is, into the tables of `dynamodbAdapter`: read through
 * Better Auth's adapter for it, page by page, in the order of their references. Ids are kept, numeric ones become text.
 * Passwords, sessions, tokens and secrets stay valid. The source is only read.
 *
 * Run it as often as you like: a record that differs from its row is brought up to it, unless it was changed later
 * here. What cannot be taken over is left out and reported.
 *
 * @example
 * ```ts
 * const report = await importFromBetterAuth({ from: oldAuth, to: auth, dryRun: true });
 * console.log(report.imported, report.duplicates, report.leftOut);
 * ```
 */
export async function importFromBetterAuth(options: ImportFromBetterAuthOptions): Promise<MoveReport> {
  checkOptions("importFromBetterAuth", options, { own: { ...MOVE_OPTIONS, ...IMPORT_ROWS_OPTIONS } });
  const { from, to, ...how } = options;
  const [place, source] = await Promise.all([placeOfRecords(to), BetterAuthSource.open(from)]);
  return importRows({ source, place }, how);
}

/**
 * Reads both sides and compares every field. Nothing is written. Reads the new tables whole (`dynamodb:Scan`).
 *
 * @example
 * ```ts
 * const { complete, missing, different, extra } = await verifyAgainstBetterAuth({ from: oldAuth, to: auth });
 * ```
 */
export async function verifyAgainstBetterAuth(options: AuthMove & VerifyRowsOptions): Promise<VerifyReport> {
  const { from, to, ...how } = options;
  const [place, source] = await Promise.all([placeOfRecords(to), BetterAuthSource.open(from)]);
  return verifyRows({ source, place }, how);
}

/**
 * Where a Better Auth instance on `dynamodbAdapter` keeps its records: what `exportToJson` and `importFromJson` take.
 * Throws `INVALID_OPTION` where that is not in DynamoDB.
 *
 * @example
 * ```ts
 * await exportToJson({ ...(await placeOfRecords(auth)), folder: "backup" });
 * ```
 */
export async function placeOfRecords({ options }: NewAuth): Promise<PlaceOfRecords> {
  const { database } = options as { readonly database?: unknown };
  const description = descriptionOf(database);
  if (!description)
    throw invalidOption(
      "The new configuration must be a Better Auth instance whose database is dynamodbAdapter.",
      "to",
    );
  const { client, table, tables, tablePrefix, schema, fields } = description;
  return { client, table, tables, tablePrefix, schema: schema(options), fields: await fields?.(options) };
}
