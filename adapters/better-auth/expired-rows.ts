import type { CleanedWhere } from "better-auth/adapters";
import type { ModelManifest } from "../../orm/schema/manifest.ts";

/**
 * Better Auth removes expired rows by a `findMany` (for its hooks) and a `deleteMany` with the same
 * `Date` right after. Where the first found nothing, the second has nothing to do: this remembers
 * the very Date object, once, so that only the call that belongs to it is saved.
 */
export class ExpiredRows {
  #empty: { readonly model: string; readonly field: string; readonly moment: Date } | undefined;

  /** Notes that nothing was older than a `where`'s moment. */
  noteEmpty(model: string, where: readonly CleanedWhere[] | undefined): void {
    const asked = askedOf(where);
    if (asked) this.#empty = { model, ...asked };
  }

  /** Whether a `where` was just found to match nothing. */
  takeEmpty(model: string, where: readonly CleanedWhere[]): boolean {
    const found = this.#empty;
    const asked = askedOf(where);
    if (!found || found.model !== model || found.moment !== asked?.moment || found.field !== asked.field) return false;
    this.#empty = undefined;
    return true;
  }

  /** Notes that a model's rows have changed. */
  forget(model: string): void {
    if (this.#empty?.model === model) this.#empty = undefined;
  }
}

/** The moment of a `where` that asks for rows before it, and for nothing else, and the field that holds it. */
function askedOf(where: readonly CleanedWhere[] = []): { readonly field: string; readonly moment: Date } | undefined {
  const [clause, ...others] = where;
  if (others.length > 0 || clause?.operator !== "lt" || !(clause.value instanceof Date)) return undefined;
  return { field: clause.field, moment: clause.value };
}

/**
 * Whether a `where` asks for verifications that have expired, which DynamoDB's TTL removes, sooner or later: to Better
 * Auth they are gone. No visitor's request clears away what others have asked for.
 */
export function areExpired(model: ModelManifest, where: readonly CleanedWhere[] = []): boolean {
  const value = ofTheExpiryBefore(model, where);
  return model.name === "verification" && value instanceof Date && value.getTime() <= Date.now();
}

/**
 * Whether a `where` asks for rows that TTL removes: expired ones, or those of past rate-limit windows. An index over
 * the time of the last request would be rewritten by every request.
 */
export function areLeftToTtl(model: ModelManifest, where: readonly CleanedWhere[]): boolean {
  return areExpired(model, where) || (model.name === "rateLimit" && ofTheExpiryBefore(model, where) !== undefined);
}

/** The bound of a `where` that says no more than that the field that a model expires by is below it. */
function ofTheExpiryBefore(model: ModelManifest, [clause, ...others]: readonly CleanedWhere[]): unknown {
  if (others.length > 0 || clause?.operator !== "lt" || clause.field !== model.expires?.field) return undefined;
  return clause.value;
}
