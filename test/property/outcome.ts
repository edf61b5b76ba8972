import { withOwnOperators } from "../../orm/query/record-where.ts";
import { isDeepStrictEqual } from "node:util";
import { isOrmError, type OrmErrorCode, type UntypedOrmClient } from "auth-dynamodb";
import type { Manifest, ModelManifest } from "../../orm/schema/manifest.ts";
import { render } from "./render-operation.ts";
import type { Operation } from "./operations.ts";
import type { Where } from "./where.ts";

/** What became of one call. */
export type Outcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly code: OrmErrorCode };

type Values = Record<string, unknown>;

/** Calls an operation. An error that is no `OrmError` is a failure of the test. */
export async function call(orm: UntypedOrmClient, called: Operation): Promise<Outcome> {
  const { model, operation, args } = called;
  try {
    // Filters of any shape are the point here: none of them comes from a request.
    const given = args.where ? { ...args, where: withOwnOperators(args.where) } : args;
    return { ok: true, value: await orm[model]![operation](given as never) };
  } catch (error) {
    if (isOrmError(error)) return { ok: false, code: error.code };
    // An SDK error as it is would print the whole HTTP response.
    // eslint-disable-next-line preserve-caught-error
    throw new Error(
      `${render(called)}\n${orm.$driver.kind} throws ${error instanceof Error ? error.stack : render(error)}`,
    );
  }
}

/** Fails with both outcomes in words unless they are the same. */
export function expectSame(operation: Operation, expected: unknown, actual: unknown): void {
  if (isDeepStrictEqual(expected, actual)) return;
  throw new Error(`${render(operation)}\nmemory:   ${render(expected)}\ndynamodb: ${render(actual)}`);
}

/**
 * A result whose order says nothing brought into one: the related records of an unordered
 * selection, and the records themselves of an unordered read.
 */
export function canonical(manifest: Manifest, { model, operation, args }: Operation, outcome: Outcome): Outcome {
  if (!outcome.ok) return outcome;
  const of = (value: unknown) =>
    canonicalRecord(manifest, manifest.models.get(model)!, args.select, value as Values | null);
  if (operation === "findMany") {
    const records = (outcome.value as Values[]).map(of);
    return { ok: true, value: ordered(args.orderBy) ? records : inOneOrder(records) };
  }
  if (operation === "createMany") return { ok: true, value: (outcome.value as Values[]).map(of) };
  return typeof outcome.value === "number" ? outcome : { ok: true, value: of(outcome.value) };
}

function canonicalRecord(
  manifest: Manifest,
  model: ModelManifest,
  select: Where | undefined,
  record: Values | null,
): Values | null {
  if (!record || !select) return record;
  const result: Values = { ...record };
  for (const [name, selected] of Object.entries(select)) {
    const relation = model.relations.get(name);
    const related = result[name];
    if (!relation || related === null || related === undefined) continue;
    const target = manifest.models.get(relation.target)!;
    const args = (selected === true ? {} : selected) as { select?: Where; orderBy?: Operation["args"]["orderBy"] };
    const each = (one: unknown) => canonicalRecord(manifest, target, args.select, one as Values);
    if (relation.kind === "one") result[name] = each(related);
    else {
      const all = (related as Values[]).map(each);
      result[name] = ordered(args.orderBy) ? all : inOneOrder(all);
    }
  }
  return result;
}

/** Whether an order is asked for: then ties are broken by the id, and the order is total. */
export function ordered(orderBy: Operation["args"]["orderBy"]): boolean {
  return orderBy !== undefined && orderBy.some((term) => Object.keys(term).length > 0);
}

function inOneOrder(records: readonly unknown[]): unknown[] {
  return records
    .map((record) => ({ record, text: render(record) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ record }) => record);
}
