import type { ComponentChildren } from "preact";
import { hrefOf } from "./route.ts";
import type { ShownRecord } from "./wire.ts";
import { Value } from "./value.tsx";

/** Fields that say most, and fit into a row. */
const TOLD = [
  "email",
  "name",
  "providerId",
  "provider",
  "type",
  "role",
  "status",
  "slug",
  "ipAddress",
  "userAgent",
  "start",
];
const COLUMNS = 4;

/** Records in rows, each a link. On a narrow page a row is a card. */
export function Rows({
  records,
  without,
  actions,
}: {
  readonly records: readonly ShownRecord[];
  /** A field that is the same in all of them. */
  readonly without?: string;
  readonly actions?: (record: ShownRecord) => ComponentChildren;
}) {
  const fields = columnsOf(records, without);
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">id</th>
          {fields.map((field) => (
            <th scope="col" key={field}>
              {field}
            </th>
          ))}
          {actions && (
            <th scope="col">
              <span class="unseen">actions</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {records.map((record) => (
          <tr key={record.id}>
            <td data-label="id">
              <a href={hrefOf("record", record.model, record.id)}>{record.id}</a>
              {record.expired && <span class="badge">expired</span>}
            </td>
            {record.values
              .filter(({ field }) => fields.includes(field))
              .sort((a, b) => fields.indexOf(a.field) - fields.indexOf(b.field))
              .map((value) => (
                <td key={value.field} data-label={value.field}>
                  <Value value={value} />
                </td>
              ))}
            {actions && <td class="actions">{actions(record)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The fields that say most of these records: named ones first, then dates. */
function columnsOf(records: readonly ShownRecord[], without: string | undefined): string[] {
  const [first] = records;
  if (!first) return [];
  const some = (field: string) =>
    field !== without &&
    records.some(({ values }) => values.some((value) => value.field === field && value.text !== null && !value.hidden));
  const known = TOLD.filter((field) => first.values.some((value) => value.field === field) && some(field));
  const dates = ["createdAt", "expiresAt", "expires"].filter(some);
  const others = first.values.map(({ field }) => field).filter((field) => field !== "id" && some(field));
  return [...new Set([...known, ...dates, ...others])].slice(0, COLUMNS);
}
