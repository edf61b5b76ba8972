import type { Duplicate } from "../../orm/dynamodb/maintenance/duplicate.ts";

/** A unique value of two records, for people. */
export function describeDuplicate({ model, fields, ids }: Duplicate): string {
  return `  duplicate: ${model} ${ids.join(" and ")} have the same ${fields.join(" + ")}`;
}
