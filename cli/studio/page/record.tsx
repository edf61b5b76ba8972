import { useState } from "preact/hooks";
import { call } from "./call.ts";
import { EditDialog } from "./edit.tsx";
import { Show, useLoaded } from "./load.tsx";
import { PlacesOf } from "./places.tsx";
import { removalName, type Asked } from "./removal.ts";
import { RemoveDialog } from "./remove.tsx";
import { Related } from "./related.tsx";
import { go } from "./route.ts";
import { Value } from "./value.tsx";
import type { Overview, RecordView, ShownField, ShownRecord, ShownValue } from "./wire.ts";

/** One record with all that belongs to it. */
export function RecordPage({
  overview,
  model,
  id,
  tell,
}: {
  readonly overview: Overview;
  readonly model: string;
  readonly id: string;
  readonly tell: (text: string) => void;
}) {
  const loaded = useLoaded(() => call<RecordView>("record", { model, id }, "record"), [model, id]);
  const [asked, setAsked] = useState<Asked>();
  const [edited, setEdited] = useState<ShownValue>();
  const done = (text: string) => {
    setAsked(undefined);
    setEdited(undefined);
    tell(text);
    if (asked?.leave) asked.leave();
    else loaded.reload();
  };
  const fields = overview.models.find(({ name }) => name === model)?.fields ?? [];
  const field = fields.find(({ name }) => name === edited?.field);
  return (
    <Show loaded={loaded}>
      {({ record, related }) => (
        <>
          <Head record={record} readOnly={overview.readOnly} ask={setAsked} />
          <Fields record={record} fields={fields} edit={setEdited} />
          {related.map((one) => (
            <Related key={`${one.model} ${one.field}`} related={one} readOnly={overview.readOnly} ask={setAsked} />
          ))}
          <PlacesOf model={model} id={id} />
          {asked && (
            <RemoveDialog
              title={asked.title}
              which={asked.which}
              onClose={() => setAsked(undefined)}
              onRemoved={done}
            />
          )}
          {edited && field && (
            <EditDialog
              record={record}
              value={edited}
              field={field}
              onClose={() => setEdited(undefined)}
              onChanged={done}
            />
          )}
        </>
      )}
    </Show>
  );
}

function Fields({
  record,
  fields,
  edit,
}: {
  readonly record: ShownRecord;
  readonly fields: readonly ShownField[];
  readonly edit: (value: ShownValue) => void;
}) {
  const changeable = new Set(fields.filter((field) => field.changeable).map(({ name }) => name));
  return (
    <dl class="record">
      {record.values.map((value) => (
        <div key={value.field}>
          <dt>{value.field}</dt>
          <dd>
            <Value value={value} />
            {changeable.has(value.field) && (
              <button type="button" class="quiet" aria-label={`Change ${value.field}`} onClick={() => edit(value)}>
                Change
              </button>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Head({
  record,
  readOnly,
  ask,
}: {
  readonly record: ShownRecord;
  readonly readOnly: boolean;
  readonly ask: (asked: Asked) => void;
}) {
  const { model, id, title, expired } = record;
  const name = removalName(model);
  return (
    <header class="head">
      <div>
        <p class="kind">{model}</p>
        <h1>{title}</h1>
        {expired && <span class="badge">expired: DynamoDB removes it within days</span>}
      </div>
      {!readOnly && (
        <button
          type="button"
          class="danger"
          onClick={() =>
            ask({
              title: `${name}: ${title}`,
              which: { model, field: "id", value: id },
              leave: () => go("model", model),
            })
          }
        >
          {name}
        </button>
      )}
    </header>
  );
}
