import { call } from "./call.ts";
import { Show, useLoaded } from "./load.tsx";
import { go } from "./route.ts";
import { Rows } from "./rows.tsx";
import type { RecordPage } from "./wire.ts";

/** What a search by all unique keys of a model finds. One record is shown at once. */
export function FindPage({ model, text }: { readonly model: string; readonly text: string }) {
  const loaded = useLoaded(async () => {
    const page = await call<RecordPage>("find", { model, text }, "find");
    const [only, ...more] = page.records;
    if (only && more.length === 0) go("record", only.model, only.id);
    return page;
  }, [model, text]);
  return (
    <Show loaded={loaded}>
      {({ records }) =>
        records.length > 0 ? (
          <Rows records={records} />
        ) : (
          <p role="status">
            No {model} has the unique key <span class="value">{text}</span>.
          </p>
        )
      }
    </Show>
  );
}
