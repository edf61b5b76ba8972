import { WRITE_IDS } from "../layout/write-ids.ts";
import type { Placeholders } from "../plan/expression.ts";

/** What an UpdateItem adds to leave its mark on a record, and not to be made twice. */
export interface WriteMark {
  /** SET clauses. */
  readonly clauses: readonly string[];
  readonly condition: string;
}

/** The mark of an UpdateItem that does not know the record: its id joins those of the writes before. */
export function writeMark(id: string, placeholders: Placeholders): WriteMark {
  const value = placeholders.value({ S: id });
  const names = WRITE_IDS.map((attribute) => placeholders.name(attribute));
  const version = placeholders.name("_v");
  return {
    clauses: [
      `${names[0]} = ${value}`,
      // A clause sees the record as it was. Where there is no earlier write yet, the own id fills in.
      ...names.slice(1).map((name, i) => `${name} = if_not_exists(${names[i]}, ${value})`),
      `${version} = ${version} + ${placeholders.value({ N: "1" })}`,
    ],
    // The SDK's second attempt must not do again what the first has done.
    condition: names.map((name) => `${name} <> ${value}`).join(" AND "),
  };
}
