import { useState } from "preact/hooks";
import { call } from "./call.ts";
import { Show, useLoaded } from "./load.tsx";
import type { Places, ShownPlace } from "./wire.ts";
import { bytes, counted } from "./words.ts";

/** How a record is stored: read when it is asked for. */
export function PlacesOf({ model, id }: { readonly model: string; readonly id: string }) {
  const [open, setOpen] = useState(false);
  return (
    <section aria-label="How it is stored">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>How it is stored</summary>
        {open && <PlaceList model={model} id={id} />}
      </details>
    </section>
  );
}

function PlaceList({ model, id }: { readonly model: string; readonly id: string }) {
  const loaded = useLoaded(() => call<Places>("places", { model, id }, "how it is stored"), [model, id]);
  return (
    <Show loaded={loaded}>
      {({ table, places, bytes: size }) => (
        <>
          <p>
            {counted(places.length, "item")} in table <code>{table}</code>, {bytes(size)} together
          </p>
          <ul class="places">
            {places.map((place) => (
              <Place key={`${place.partition} ${place.sort}`} place={place} />
            ))}
          </ul>
        </>
      )}
    </Show>
  );
}

const KINDS = { record: "the record, by", unique: "unique entry, by", index: "index entry, by" } as const;

function Place({ place }: { readonly place: ShownPlace }) {
  const { kind, fields, partition, sort, state, bytes: size, expires, attributes } = place;
  return (
    <li>
      <p>
        <strong>
          {KINDS[kind]} {fields.join(", ")}
        </strong>
        {state !== "there" && <span class="badge wrong">{state}</span>} {size > 0 && bytes(size)}
        {expires !== undefined && `, until ${expires}`}
      </p>
      <p class="key">
        <code>{partition}</code> <code>{sort}</code>
      </p>
      {attributes.length > 0 && (
        <details>
          <summary>{counted(attributes.length, "attribute")}</summary>
          <dl class="record">
            {attributes.map(({ name, text, hidden }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{hidden ? <span class="hidden">hidden</span> : <code>{text}</code>}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </li>
  );
}
