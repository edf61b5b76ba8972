import { invalidQuery } from "../errors.ts";
import type { ModelManifest } from "../schema/manifest.ts";
import { parseWhere } from "./parse-where.ts";
import { conjuncts, isEverything, type Comparison, type Predicate } from "./predicate.ts";

/** Marks a `where` whose operators are the program's own. No JSON can hold it. */
const OWN_OPERATORS = Symbol("own operators");

/**
 * Says that the operators of a `where` come from the program, none from a request's JSON: `update`, `delete`,
 * `consume` and `increment` then take them without a key beside them. For adapters that translate another library's
 * operators, and check values themselves.
 */
export function withOwnOperators<Where extends object>(where: Where): Where {
  return Object.defineProperty({ ...where }, OWN_OPERATORS, { value: true });
}

/**
 * The filter of an operation on one record. Operators may stand beside a unique key that is named by plain values, or
 * not at all; a field that is unique by itself takes plain values only. So `{ token: body.token }`, where the request
 * holds `{ "not": "" }` instead of a text, is refused (`INVALID_QUERY`), and selects nobody's record.
 */
export function parseRecordWhere(model: ModelManifest, where: unknown, operation: string): Predicate {
  const predicate = parseWhere(model, where);
  if (isEverything(predicate) || hasOwnOperators(where)) return predicate;
  const all = conjuncts(predicate);
  // Text that cannot have been stored: nothing is selected.
  if (all.some(matchesNothing)) return predicate;
  const isAlone = (field: string) => model.uniques.some(({ fields }) => fields.length === 1 && fields[0] === field);
  const odd = comparisonsOf(predicate).find((item) => !isPlain(item) && item.value !== null && isAlone(item.field));
  if (odd) {
    throw refusal(model, operation, odd.field, `"${odd.field}" is unique: give a plain value, no operators`);
  }
  const named = new Set(all.filter(namesValue).map(({ field }) => field));
  if (model.uniques.some(({ fields }) => fields.every((field) => named.has(field)))) return predicate;
  const selector = all.flatMap((item) => selectorsOf(item, isAlone))[0];
  if (selector === undefined) return predicate;
  const known = model.uniques.map(({ fields }) => fields.join(" + ")).join(", ");
  throw refusal(
    model,
    operation,
    selector,
    `beside operators, name a unique key by plain values (${known}), or find the record first`,
  );
}

function hasOwnOperators(where: unknown): boolean {
  return typeof where === "object" && where !== null && OWN_OPERATORS in where;
}

function refusal(model: ModelManifest, operation: string, field: string, problem: string): Error {
  return invalidQuery(`${operation} of "${model.name}": ${problem}.`, model.name, [field]);
}

function isPlain({ operator, insensitive }: Comparison): boolean {
  return operator === "eq" && !insensitive;
}

/** Whether a condition is equality with a value: null names none. */
function namesValue(item: Predicate): item is Comparison {
  return item.type === "compare" && isPlain(item) && item.value !== null;
}

function matchesNothing(item: Predicate): boolean {
  return item.type === "compare" && item.operator === "in" && (item.value as unknown[]).length === 0;
}

/** The fields of a condition that select by more than plain values. */
function selectorsOf(item: Predicate, isAlone: (field: string) => boolean): string[] {
  if (item.type === "compare") {
    const plain = isPlain(item) && (item.value !== null || !isAlone(item.field));
    return plain || matchesNothing(item) ? [] : [item.field];
  }
  if (item.type === "not") return comparisonsOf(item.item).map(({ field }) => field);
  return item.items.flatMap((inner) => selectorsOf(inner, isAlone));
}

function comparisonsOf(predicate: Predicate): Comparison[] {
  if (predicate.type === "compare") return [predicate];
  return predicate.type === "not" ? comparisonsOf(predicate.item) : predicate.items.flatMap(comparisonsOf);
}
