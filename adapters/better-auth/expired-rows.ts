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
    const moment = momentOf(where);
    if (moment) this.#empty = { model, field: where![0]!.field, moment };
  }

  /** Whether a `where` was just found to match nothing. */
  takeEmpty(model: string, where: readonly CleanedWhere[]): boolean {
    const found = this.#empty;
    if (!found || found.model !== model || found.moment !== momentOf(where) || found.field !== where[0]!.field) return false;
    this.#empty = undefined;
    return true;
  }

  /** Notes that a model's rows have changed. */
  forget(model: string): void {
    if (this.#empty?.model === model) this.#empty = undefined;
  }
}

/** The moment of a `where` that asks for rows before it, and for nothing else. */
function momentOf(where: readonly CleanedWhere[] = []): Date | undefined {
  const [clause, ...others] = where;
  return others.length === 0 && clause?.operator === "lt" && clause.value instanceof Date ? clause.value : undefined;
}

/**
 * Whether a `where` asks for the rows of past rate-limit windows, which DynamoDB's TTL removes: an
 * index over the time of the last request would be rewritten by every request.
 */
export function isLeftToTtl(model: ModelManifest, where: readonly CleanedWhere[]): boolean {
  const [clause, ...others] = where;
  const byLastUse = model.name === "rateLimit" && others.length === 0 && clause?.operator === "lt";
  return byLastUse && clause.field === model.expires?.field;
}
