import { useState } from "preact/hooks";
import type { Cost, ShownRequest } from "./wire.ts";
import { counted, units } from "./words.ts";

/** What a call has cost. */
export interface ToldCost {
  readonly label: string;
  readonly cost: Cost;
}

/** What the last click cost, and each of its requests. */
export function CostBar({ told }: { readonly told: ToldCost | undefined }) {
  const [open, setOpen] = useState(false);
  if (!told) return <footer class="cost" />;
  const { label, cost } = told;
  return (
    <footer class="cost">
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          {label}: {counted(cost.requests, "request")}, {units(cost.readUnits, "read unit")},{" "}
          {units(cost.writeUnits, "write unit")}, {cost.ms} ms
        </summary>
        {open && (
          <ol>
            {cost.list.map((request, i) => (
              <Request key={i} request={request} />
            ))}
            {cost.requests > cost.list.length && <li>and {cost.requests - cost.list.length} more</li>}
          </ol>
        )}
      </details>
    </footer>
  );
}

function Request({ request }: { readonly request: ShownRequest }) {
  const { operation, model, path, fields, items, units: taken, ms, error } = request;
  const way = path === undefined ? "" : ` ${path} ${fields.join(", ")}`;
  return (
    <li>
      <strong>{operation}</strong> {model}
      {way}: {counted(items, "item")}, {taken ?? "?"} units, {ms} ms
      {error !== undefined && <span class="badge wrong">{error}</span>}
    </li>
  );
}
