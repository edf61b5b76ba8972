import type { ModelLayout } from "../../../orm/dynamodb/layout/model-layout.ts";
import { mapLimit } from "../../../orm/util/map-limit.ts";
import { knownField } from "../../../orm/schema/known.ts";
import type { RecordValues } from "../../../orm/values/normalize.ts";
import { textOfValue, valueOfText } from "../field-text.ts";
import type { RecordView, RelatedRecords } from "../page/wire.ts";
import { Refused } from "../refused.ts";
import { showRecord } from "../show-record.ts";
import { modelOf, type Studio, type Work } from "../studio.ts";
import { listBy } from "./lists.ts";
import { readList } from "./read-list.ts";

/** Records of one kind that are shown with another one; the list has the others. */
const SHOWN = 20;
const CONCURRENCY = 8;

/** A record by its id. */
export async function requireRecord(work: Work, model: string, id: string): Promise<RecordValues> {
  const { layout, client } = modelOf(work, model);
  const value = valueOfText(model, knownField(layout.model, "id"), id);
  const record = await client.findUnique({ where: { id: value } });
  if (!record) throw new Refused("NOT_FOUND", `There is no ${model} with the id "${id}".`);
  return record;
}

/** A record, with those that refer to it. */
export async function viewRecord(work: Work, model: string, id: string): Promise<RecordView> {
  const { layout } = modelOf(work, model);
  const record = await requireRecord(work, model, id);
  const related = await mapLimit(referencesTo(work.studio, model), CONCURRENCY, (reference) =>
    readRelated(work, reference, record),
  );
  return {
    record: showRecord(layout, record, work.studio.showSecrets),
    related: related.filter((one) => one !== undefined),
  };
}

interface Reference {
  readonly layout: ModelLayout;
  readonly field: string;
  readonly to: string;
  readonly onDelete: string | undefined;
}

/** The fields of all models that refer to a model, those that Better Auth does not declare among them. */
function referencesTo({ layouts }: Studio, model: string): Reference[] {
  return [...layouts.values()].flatMap((layout) =>
    [...layout.model.fields.values()].flatMap(({ name, references }): Reference[] => {
      if (references?.model === model)
        return [{ layout, field: name, to: references.field, onDelete: references.onDelete }];
      // An API key belongs to a user, or to an organization.
      const ofKey = layout.model.name === "apikey" && name === "referenceId" && !references;
      return ofKey && (model === "user" || model === "organization")
        ? [{ layout, field: name, to: "id", onDelete: undefined }]
        : [];
    }),
  );
}

async function readRelated(
  work: Work,
  { layout, field, to, onDelete }: Reference,
  record: RecordValues,
): Promise<RelatedRecords | undefined> {
  const value = textOfValue(record[to]);
  if (value === null) return undefined;
  const { model } = layout;
  const list = listBy(layout, field);
  const one = { model: model.name, field, value, onDelete, list: list?.name };
  // Without a list, only a scan would find them, and that is not for a click on something else.
  if (!list) return { ...one, records: [], total: 0 };
  const where = { [field]: record[to] };
  const { showSecrets } = work.studio;
  const { client } = modelOf(work, model.name);
  if (list.kind === "unique") {
    const found = await client.findUnique({ where });
    const records = found ? [showRecord(layout, found, showSecrets)] : [];
    return { ...one, records, total: records.length };
  }
  const query = { values: where, after: undefined, backward: false, take: SHOWN };
  const page = await readList(work.store.read(), layout, list, query);
  const total = page.after === undefined ? page.records.length : await client.count({ where });
  return { ...one, records: page.records.map((found) => showRecord(layout, found, showSecrets)), total };
}
