import { isOrmError } from "../../../orm/errors.ts";
import { knownField } from "../../../orm/schema/known.ts";
import type { RecordValues } from "../../../orm/values/normalize.ts";
import { valueOfText } from "../field-text.ts";
import type { RecordPage } from "../page/wire.ts";
import { Refused } from "../refused.ts";
import { showRecord } from "../show-record.ts";
import { modelOf, type Work } from "../studio.ts";
import { listsOf } from "./lists.ts";
import { readList } from "./read-list.ts";

/** Records on one page. */
const PAGE = 50;

/** Records of a model by any of its unique keys: an id, an e-mail in whatever case, a token. */
export async function findByText(work: Work, model: string, text: string): Promise<RecordPage> {
  const { layout, client } = modelOf(work, model);
  const wanted = text.trim();
  const lookups = layout.model.uniques.flatMap(({ fields: [field, ...more] }) =>
    field === undefined || more.length > 0
      ? []
      : [...new Set([wanted, ...(wanted.includes("@") ? [wanted.toLowerCase()] : [])])].map(
          (value) => [field, value] as const,
        ),
  );
  const found = await Promise.all(
    lookups.map(async ([field, value]) => {
      const parsed = valueOrNothing(layout.model.name, knownField(layout.model, field), value);
      return parsed === undefined ? null : client.findUnique({ where: { [field]: parsed } });
    }),
  );
  const records = new Map(found.flatMap((record) => (record ? [[String(record["id"]), record] as const] : [])));
  return {
    records: [...records.values()].map((record) => showRecord(layout, record, work.studio.showSecrets)),
    after: undefined,
  };
}

/** A number's key, say, has no record of a name. */
function valueOrNothing(...given: Parameters<typeof valueOfText>): unknown {
  try {
    return valueOfText(...given);
  } catch (error) {
    if (isOrmError(error, "INVALID_VALUE")) return undefined;
    throw error;
  }
}

/** What of a list is asked for. */
export interface ListQuery {
  readonly model: string;
  readonly list: string;
  /** A text for each field of the list's key. */
  readonly values: readonly string[];
  readonly after: string | undefined;
  readonly backward: boolean;
}

/** A page of a model's records. */
export async function listRecords(work: Work, query: ListQuery): Promise<RecordPage> {
  const { layout } = modelOf(work, query.model);
  const list = listsOf(layout).find(({ name }) => name === query.list);
  if (!list) throw new Refused("BAD_REQUEST", `"${query.model}" has no list "${query.list}".`);
  if (query.values.length !== list.on.length)
    throw new Refused("BAD_REQUEST", `Give a value for ${list.on.join(" and ")}.`);
  const values: RecordValues = Object.fromEntries(
    list.on.map((field, i) => [
      field,
      valueOfText(layout.model.name, knownField(layout.model, field), query.values[i] ?? ""),
    ]),
  );
  const { after, backward } = query;
  const page =
    list.kind === "unique"
      ? await byUniqueKey(work, query.model, values)
      : await readList(work.store.read(), layout, list, { values, after, backward, take: PAGE });
  return { ...page, records: page.records.map((record) => showRecord(layout, record, work.studio.showSecrets)) };
}

async function byUniqueKey(work: Work, model: string, where: RecordValues) {
  const record = await modelOf(work, model).client.findUnique({ where });
  return { records: record ? [record] : [], after: undefined };
}
