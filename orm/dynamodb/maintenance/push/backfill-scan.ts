import type { StoreContext } from "../../context.ts";
import { andExpression, Placeholders } from "../../engine/expression.ts";
import type { TableScan } from "../scan-tables.ts";
import type { SchemaTable } from "../schema-tables.ts";

/** Items looked at in one request: small pages, so that a stop comes soon and memory stays flat. */
const PAGE = 250;

/** The models whose records are looked at, and those whose entries are. */
interface ScannedModels {
  readonly records: readonly { readonly model: string }[];
  readonly entries: readonly { readonly model: string }[];
}

/** The scan of a table for what a back-fill looks at. */
export function scanOf(
  context: StoreContext,
  { table, signal }: { readonly table: SchemaTable; readonly signal?: AbortSignal | undefined },
  { records, entries }: ScannedModels,
): TableScan {
  const placeholders = new Placeholders();
  const among = (models: ScannedModels["records"]) =>
    `${placeholders.name("_model")} IN (${models.map(({ model }) => placeholders.value({ S: model })).join(", ")})`;
  const kind = (operator: "=" | "<>") =>
    `${placeholders.name("_kind")} ${operator} ${placeholders.value({ S: "record" })}`;
  const wanted = [
    records.length > 0 ? `(${andExpression([kind("="), among(records)])})` : undefined,
    entries.length > 0 ? `(${andExpression([kind("<>"), among(entries)])})` : undefined,
  ];
  const filter = wanted.filter((part) => part !== undefined).join(" OR ");
  return {
    ...{ sender: context.sender, table: table.name, model: table.layouts[0].model.name, pageSize: PAGE, signal },
    only: { FilterExpression: filter, ...placeholders.attributes },
  };
}
