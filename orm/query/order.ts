import { invalidQuery } from "../errors.ts";
import type { FieldKind } from "../schema/fields.ts";
import type { ModelManifest } from "../schema/manifest.ts";
import { knownField } from "../schema/known.ts";
import { compareText, compareValues } from "../values/compare.ts";
import type { RecordValues } from "../values/normalize.ts";

/** One term of an order. */
export interface OrderTerm {
  readonly field: string;
  readonly direction: "asc" | "desc";
}

/** Checks an `orderBy`: one object, or a list of them, of fields to "asc" or "desc". */
export function parseOrder(model: ModelManifest, orderBy: unknown): readonly OrderTerm[] {
  if (orderBy === undefined) return [];
  const terms: OrderTerm[] = [];
  for (const part of Array.isArray(orderBy) ? (orderBy as unknown[]) : [orderBy]) {
    if (typeof part !== "object" || part === null) {
      throw invalidQuery(`orderBy of "${model.name}" must be an object.`, model.name);
    }
    for (const [field, direction] of Object.entries(part) as [string, unknown][]) {
      if (direction === undefined) continue;
      const manifest = model.fields.get(field);
      if (!manifest) throw invalidQuery(`"${model.name}" has no field "${field}" to order by.`, model.name, [field]);
      if (manifest.kind === "json")
        throw invalidQuery(`"${model.name}.${field}" is json, which has no order.`, model.name, [field]);
      if (direction !== "asc" && direction !== "desc") {
        throw invalidQuery(`The order of "${model.name}.${field}" must be "asc" or "desc".`, model.name, [field]);
      }
      terms.push({ field, direction });
    }
  }
  return terms;
}

/**
 * Compares records by the terms: nulls come first in ascending order. Records that are equal by
 * all terms are ordered by id, in the direction of the last term, so that pages never overlap.
 */
export function recordOrder(
  model: ModelManifest,
  terms: readonly OrderTerm[],
): (left: RecordValues, right: RecordValues) => number {
  const last = terms.at(-1)?.direction ?? "asc";
  return (left, right) => {
    for (const { field, direction } of terms) {
      const order = compareNullable(knownField(model, field).kind, left[field] ?? null, right[field] ?? null);
      if (order !== 0) return direction === "asc" ? order : -order;
    }
    // A tie is broken as the index key breaks it: by the id's text, also where the id is a number.
    const tie = compareText(String(left["id"]), String(right["id"]));
    return last === "asc" ? tie : -tie;
  };
}

function compareNullable(kind: FieldKind, left: unknown, right: unknown): number {
  if (left === null || right === null) return (left === null ? 0 : 1) - (right === null ? 0 : 1);
  return compareValues(kind, left, right);
}

/** Whether a record comes after the one that a page is to go on from. */
export function isAfter(
  model: ModelManifest,
  { orderBy, after }: { readonly orderBy: readonly OrderTerm[]; readonly after?: RecordValues | undefined },
  record: RecordValues,
): boolean {
  return after === undefined || recordOrder(model, orderBy)(record, after) > 0;
}
