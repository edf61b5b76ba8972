import { knownField } from "../../../orm/schema/known.ts";
import type { RecordValues } from "../../../orm/values/normalize.ts";
import { valueOfText } from "../field-text.ts";
import type { Removal } from "../page/wire.ts";
import { listBy } from "../read/lists.ts";
import { Refused } from "../refused.ts";
import { modelOf, type Work } from "../studio.ts";
import { previewRemoval } from "./preview-removal.ts";

/** Records to be removed: one by its id, or all with one value of an indexed field, as all sessions of a user. */
export interface Removed {
  readonly model: string;
  readonly field: string;
  readonly value: string;
}

/** What a removal would take with it. */
export function previewOf(work: Work, which: Removed): Promise<Removal> {
  return previewRemoval(work, which.model, whereOf(work, which));
}

/**
 * Removes records with all that depends on them. `confirmed` is the number of records that was confirmed: where it has
 * become more meanwhile, nothing is removed, and the new count is told.
 */
export async function remove(work: Work, which: Removed, confirmed: number): Promise<Removal> {
  requireWriting(work);
  const where = whereOf(work, which);
  const removal = await previewRemoval(work, which.model, where);
  if (removal.records === 0) throw new Refused("NOT_FOUND", `There is no such ${which.model} any more.`);
  if (removal.forbidding.length > 0)
    throw new Refused("FORBIDDEN_BY_OTHERS", "Other records refer to it and forbid the removal.", removal);
  if (removal.records > confirmed)
    throw new Refused("CHANGED", "It has become more meanwhile. Look again, and confirm that.", removal);
  await modelOf(work, which.model).client.deleteMany({ where });
  return removal;
}

/** Refuses where the studio only reads. */
export function requireWriting({ studio }: Work): void {
  if (studio.readOnly) throw new Refused("READ_ONLY", "This studio was started with --read-only.");
}

function whereOf(work: Work, { model, field, value }: Removed): RecordValues {
  const { layout } = modelOf(work, model);
  if (!listBy(layout, field)) throw new Refused("BAD_REQUEST", `"${model}" has no list by "${field}".`);
  return { [field]: valueOfText(model, knownField(layout.model, field), value) };
}
