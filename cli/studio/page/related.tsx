import { removalName, type Asked } from "./removal.ts";
import { hrefOf } from "./route.ts";
import { Rows } from "./rows.tsx";
import type { RelatedRecords } from "./wire.ts";
import { counted } from "./words.ts";

/** The names of what removes all of a kind. */
const ALL: Readonly<Record<string, string>> = { session: "Revoke all sessions", account: "Unlink all accounts" };

/** The records of one kind that refer to the record above. */
export function Related({
  related,
  readOnly,
  ask,
}: {
  readonly related: RelatedRecords;
  readonly readOnly: boolean;
  readonly ask: (asked: Asked) => void;
}) {
  const { model, field, value, onDelete, list, records, total } = related;
  const all = ALL[model] ?? `Delete all: ${model}`;
  const one = removalName(model);
  return (
    <section aria-label={`${model} by ${field}`}>
      <header class="head">
        <h2>
          {counted(total, model)} <small>by {field}</small>
        </h2>
        {!readOnly && total > 0 && (
          <button
            type="button"
            class="quiet danger"
            onClick={() => ask({ title: `${all} (${total})`, which: { model, field, value } })}
          >
            {all}
          </button>
        )}
      </header>
      {list === undefined && <p class="hint">No index finds these: only a scan would (dynamodb:Scan).</p>}
      {list !== undefined && onDelete === undefined && total > 0 && (
        <p class="hint">Not a declared reference: these stay when the record above is deleted.</p>
      )}
      {records.length > 0 && (
        <Rows
          records={records}
          without={field}
          actions={(record) =>
            !readOnly && (
              <button
                type="button"
                class="quiet danger"
                onClick={() =>
                  ask({ title: `${one}: ${record.title}`, which: { model, field: "id", value: record.id } })
                }
              >
                {one}
              </button>
            )
          }
        />
      )}
      {list !== undefined && total > records.length && (
        <p>
          <a href={hrefOf("model", model, list, value)}>All {counted(total, model)}</a>
        </p>
      )}
    </section>
  );
}
