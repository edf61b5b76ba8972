import { invalidQuery } from "../../../errors.ts";
import type { ModelLayout } from "../../layout/model-layout.ts";
import { modelEntries, parseEntryName } from "./entry-names.ts";

/**
 * Which entries go that the recorded schema has and the given one has not: none unless named, as
 * `unique:username` of every model or `user.unique:username` of one, or all.
 */
export type Drop = "all" | readonly string[];

/** Whether a value has that form. */
export function isDrop(value: unknown): value is Drop {
  return value === "all" || (Array.isArray(value) && value.every((name) => typeof name === "string"));
}

/** A name of entries with its model: `user.unique:username`. */
export function qualifiedName(model: string, entry: string): string {
  return `${model}.${entry}`;
}

/** Whether entries that the schema does not have are to go. */
export function isAskedFor(drop: Drop, model: string, entry: string): boolean {
  return drop === "all" || drop.includes(entry) || drop.includes(qualifiedName(model, entry));
}

/**
 * Throws `INVALID_QUERY` for a name that cannot mean entries to drop. One that is there no more is
 * none of these: the same push can be run again.
 */
export function checkDrop(drop: Drop, layouts: readonly ModelLayout[]): void {
  if (drop === "all") return;
  for (const name of drop) {
    const layout = layouts.find(({ model }) => name.startsWith(`${model.name}.`));
    const entry = layout ? name.slice(layout.model.name.length + 1) : name;
    if (!parseEntryName(entry)) {
      const models = layouts.map(({ model }) => model.name).join(", ");
      throw invalidQuery(
        `"${name}" names no entries to drop. Write unique:username or index:company, for every model, ` +
          `or user.unique:username for one: this schema's models are ${models}. What can be dropped is listed as kept.`,
      );
    }
    const owner = (layout ? [layout] : layouts).find((one) => modelEntries(one).entries.includes(entry));
    if (!owner) continue;
    const { model } = owner;
    throw invalidQuery(
      `"${name}" cannot be dropped: the schema has it on "${model.name}". ` +
        (layout
          ? "Take it out of the schema first."
          : "Name the model that it is to go from, as in user.unique:username."),
      model.name,
    );
  }
}
