import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const README = fileURLToPath(new URL("../../README.md", import.meta.url));
export const COSTS = fileURLToPath(new URL("../../docs/costs.md", import.meta.url));

/** A row of the table "What each flow costs", of which the README shows some. */
export interface CostRow {
  readonly flow: string;
  /** `requests / round trips` in a process that remembers nothing. */
  readonly cost: string;
  /** The same in a process that has met the user before. */
  readonly known: string;
  readonly withoutJoins: string;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly operations: string;
}

const HEADER = "| flow | requests / round trips | known | without joins | read units | write units | operations |";
const RULE = "| --- | ---: | ---: | ---: | ---: | ---: | --- |";

/** The table's lines in a page, as positions in its lines. */
function tableIn(lines: readonly string[]): { start: number; end: number } {
  const start = lines.indexOf(HEADER);
  if (start < 0) throw new Error(`There is no table with the header ${HEADER}`);
  let end = start + 1;
  while (lines[end]?.startsWith("|")) end += 1;
  return { start, end };
}

/** Reads the table of a page. */
export function readCosts(page = COSTS): CostRow[] {
  const lines = readFileSync(page, "utf8").split("\n");
  const { start, end } = tableIn(lines);
  return lines.slice(start + 2, end).map((line) => {
    const [flow = "", cost = "", known = "", withoutJoins = "", readUnits, writeUnits, operations = ""] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    const units = { readUnits: Number(readUnits), writeUnits: Number(writeUnits) };
    return { flow, cost, known, withoutJoins, ...units, operations };
  });
}

/** Writes the table, and the README's rows of it. */
export function writeCosts(rows: readonly CostRow[]): void {
  const shown = readCosts(README).map(({ flow }) => flow);
  writeTable(COSTS, rows);
  writeTable(
    README,
    rows.filter(({ flow }) => shown.includes(flow)),
  );
}

function writeTable(page: string, rows: readonly CostRow[]): void {
  const lines = readFileSync(page, "utf8").split("\n");
  const { start, end } = tableIn(lines);
  const table = rows.map(
    ({ flow, cost, known, withoutJoins, readUnits, writeUnits, operations }) =>
      `| ${[flow, cost, known, withoutJoins, readUnits, writeUnits, operations].join(" | ")} |`,
  );
  lines.splice(start, end - start, HEADER, RULE, ...table);
  writeFileSync(page, lines.join("\n"));
}
