import { useState } from "preact/hooks";
import { call, CallError } from "./call.ts";
import { Dialog } from "./dialog.tsx";
import { asError, Problem, Show, useLoaded } from "./load.tsx";
import type { Which } from "./removal.ts";
import type { ModelCount, Removal } from "./wire.ts";
import { counted, removalText } from "./words.ts";

/** Says what a removal takes, counted, and removes when that is confirmed. */
export function RemoveDialog({
  title,
  which,
  onClose,
  onRemoved,
}: {
  readonly title: string;
  readonly which: Which;
  readonly onClose: () => void;
  readonly onRemoved: (text: string) => void;
}) {
  const loaded = useLoaded(() => call<Removal>("preview", which, "what would go"), [which]);
  const [newer, setNewer] = useState<Removal>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const removal = newer ?? loaded.value;
  const remove = async (confirmed: number) => {
    setBusy(true);
    try {
      const gone = await call<Removal>("remove", { ...which, confirmed }, "remove");
      onRemoved(`Removed: ${removalText(gone)}.`);
    } catch (problem) {
      if (problem instanceof CallError && problem.refusal.removal) setNewer(problem.refusal.removal);
      setError(asError(problem));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <Show loaded={loaded}>{() => removal && <What removal={removal} />}</Show>
      {error && <Problem error={error} />}
      <div class="buttons">
        <button type="button" autofocus onClick={onClose}>
          Cancel
        </button>
        {removal && (
          <button
            type="button"
            class="danger"
            disabled={busy || impossible(removal)}
            onClick={() => remove(removal.records)}
          >
            Remove {counted(removal.records, "record")}
          </button>
        )}
      </div>
    </Dialog>
  );
}

function impossible({ records, forbidding, more }: Removal): boolean {
  return records === 0 || forbidding.length > 0 || more;
}

function What({ removal }: { readonly removal: Removal }) {
  const { records, items, removed, released, forbidding, more } = removal;
  if (records === 0) return <p>There is nothing to remove any more.</p>;
  return (
    <>
      <p>
        {more ? "More than " : ""}
        {counted(records, "record")} with {counted(items, "item")} would go. This cannot be undone.
      </p>
      <CountList counts={removed} />
      {released.length > 0 && (
        <>
          <p>These stay, and lose their reference to it:</p>
          <CountList counts={released} />
        </>
      )}
      {forbidding.length > 0 && (
        <>
          <p>These refer to it and forbid the removal. Remove or change them first:</p>
          <CountList counts={forbidding} />
        </>
      )}
      {more && <p>So many do not go by one click: remove what depends on it first.</p>}
    </>
  );
}

function CountList({ counts }: { readonly counts: readonly ModelCount[] }) {
  return (
    <ul class="counts">
      {counts.map(({ model, count }) => (
        <li key={model}>{counted(count, model)}</li>
      ))}
    </ul>
  );
}
