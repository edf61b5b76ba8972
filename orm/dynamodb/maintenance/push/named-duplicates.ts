import type { Duplicate } from "../duplicate.ts";
import { qualifiedName } from "./drop.ts";
import { uniqueName } from "./entry-names.ts";

/** Duplicates that are named, and one of each key at least; the others are counted. */
const NAMED = 100;

/** The duplicates that a push finds: all are counted, the first ones are kept. */
export class NamedDuplicates {
  count = 0;
  readonly named: Duplicate[] = [];

  add(duplicate: Duplicate): void {
    this.count++;
    const isFirst = !this.named.some((other) => nameOf(other) === nameOf(duplicate));
    if (this.named.length < NAMED || isFirst) this.named.push(duplicate);
  }
}

/** The name of the entries that a duplicate keeps from being unique. */
export function nameOf({ model, fields }: Duplicate): string {
  return qualifiedName(model, uniqueName(fields));
}
