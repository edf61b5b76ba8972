import { useEffect, useState } from "preact/hooks";
import { call } from "./call.ts";
import { Show, useLoaded } from "./load.tsx";
import { go, keep } from "./route.ts";
import { Rows } from "./rows.tsx";
import type { RecordPage, ShownList, ShownModel } from "./wire.ts";
import { counted } from "./words.ts";

/** A model's records, by one of its lists. */
export function ModelPage({
  model,
  list: wanted,
  values,
}: {
  readonly model: ShownModel;
  readonly list: string | undefined;
  readonly values: readonly string[];
}) {
  const list = model.lists.find(({ name }) => name === wanted) ?? firstList(model);
  if (!list) return null;
  const ready = values.length === list.on.length && (wanted !== undefined || list.kind !== "scan");
  return (
    <>
      <header class="head">
        <div>
          <p class="kind">table {model.table}</p>
          <h1>{model.name}</h1>
        </div>
      </header>
      <ListForm key={`${model.name} ${list.name} ${values.join(" ")}`} model={model} list={list} values={values} />
      {ready ? (
        <Pages key={`${model.name} ${list.name} ${values.join(" ")}`} model={model} list={list} values={values} />
      ) : (
        list.kind === "scan" && (
          <p class="hint">
            There is no list of all {model.name} records. Reading the table itself shows them, in no order, and needs
            dynamodb:Scan.{" "}
            <button type="button" onClick={() => go("model", model.name, "scan")}>
              Read the table
            </button>
          </p>
        )
      )}
    </>
  );
}

/** The list that shows something without being asked: a model-wide order, or the table as it is. */
function firstList({ lists }: ShownModel): ShownList | undefined {
  return lists.find(({ kind, on }) => kind === "index" && on.length === 0) ?? lists.find(({ kind }) => kind === "scan");
}

function ListForm({
  model,
  list,
  values,
}: {
  readonly model: ShownModel;
  readonly list: ShownList;
  readonly values: readonly string[];
}) {
  const [texts, setTexts] = useState<readonly string[]>(list.on.map((_, i) => values[i] ?? ""));
  return (
    <form
      class="list"
      onSubmit={(event) => {
        event.preventDefault();
        go("model", model.name, list.name, ...texts.map(keep));
      }}
    >
      <label>
        List
        <select value={list.name} onChange={(event) => go("model", model.name, event.currentTarget.value)}>
          {model.lists.map((one) => (
            <option key={one.name} value={one.name}>
              {listText(one)}
            </option>
          ))}
        </select>
      </label>
      {list.on.map((field, i) => (
        <label key={field}>
          {field}
          <input
            required
            value={texts[i] ?? ""}
            onInput={(event) => {
              const { value } = event.currentTarget;
              setTexts((before) => before.map((text, position) => (position === i ? value : text)));
            }}
          />
        </label>
      ))}
      {list.on.length > 0 && (
        <button type="submit" class="primary">
          Show
        </button>
      )}
    </form>
  );
}

function listText({ kind, on, orderBy }: ShownList): string {
  if (kind === "scan") return "the whole table (dynamodb:Scan)";
  const order = orderBy === undefined ? "" : `in the order of ${orderBy}`;
  if (on.length === 0) return `all, ${order}`;
  return `${kind === "unique" ? "the one" : "all"} by ${on.join(" and ")}${order && `, ${order}`}`;
}

/** Pages of a list, there and back. */
function Pages({ model, list, values }: Parameters<typeof ListForm>[0]) {
  /** Where each page before this one began. */
  const [begun, setBegun] = useState<readonly (string | undefined)[]>([]);
  const [after, setAfter] = useState<string>();
  const [backward, setBackward] = useState(false);
  const query = { model: model.name, list: list.name, values, after, backward };
  const loaded = useLoaded(() => call<RecordPage>("list", query, "list"), [query]);
  useEffect(() => scrollTo(0, 0), [after]);
  return (
    <Show loaded={loaded}>
      {(page) => (
        <>
          {page.records.length > 0 ? <Rows records={page.records} /> : <p>None{begun.length > 0 && " here"}.</p>}
          <nav class="pages" aria-label="Pages">
            <button
              type="button"
              disabled={begun.length === 0}
              onClick={() => {
                setAfter(begun.at(-1));
                setBegun(begun.slice(0, -1));
              }}
            >
              Previous
            </button>
            <span>
              Page {begun.length + 1}, {counted(page.records.length, "record")}
              {page.scanned !== undefined && ` in ${counted(page.scanned, "item")}`}
            </span>
            <button
              type="button"
              disabled={page.after === undefined}
              onClick={() => {
                setBegun([...begun, after]);
                setAfter(page.after);
              }}
            >
              Next
            </button>
            {list.orderBy !== undefined && (
              <label class="check">
                <input
                  type="checkbox"
                  checked={backward}
                  onChange={(event) => {
                    setBackward(event.currentTarget.checked);
                    setBegun([]);
                    setAfter(undefined);
                  }}
                />{" "}
                last first
              </label>
            )}
          </nav>
        </>
      )}
    </Show>
  );
}
