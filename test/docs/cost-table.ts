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

/** A row of the table of an engine without transactions. */
export interface SingleCostRow {
  readonly flow: string;
  readonly requests: number;
  readonly operations: string;
}

const SINGLE_HEADER = "| flow | requests, one by one | operations |";
const SINGLE_RULE = "| --- | ---: | --- |";

/** A table's lines in a page, as positions in its lines. */
function tableIn(lines: readonly string[], header: string): { start: number; end: number } {
  const start = lines.indexOf(header);
  if (start < 0) throw new Error(`There is no table with the header ${header}`);
  let end = start + 1;
  while (lines[end]?.startsWith("|")) end += 1;
  return { start, end };
}

/** Reads the table of a page. */
export function readCosts(page = COSTS): CostRow[] {
  return cellsIn(page, HEADER).map((cells) => {
    const [flow = "", cost = "", known = "", withoutJoins = "", readUnits, writeUnits, operations = ""] = cells;
    const units = { readUnits: Number(readUnits), writeUnits: Number(writeUnits) };
    return { flow, cost, known, withoutJoins, ...units, operations };
  });
}

/** Reads the table of an engine without transactions. */
export function readSingleCosts(): SingleCostRow[] {
  return cellsIn(COSTS, SINGLE_HEADER).map(([flow = "", requests, operations = ""]) => {
    return { flow, requests: Number(requests), operations };
  });
}

/** Writes the table of an engine without transactions. */
export function writeSingleCosts(rows: readonly SingleCostRow[]): void {
  const cells = rows.map(({ flow, requests, operations }) => [flow, requests, operations]);
  writeTable(COSTS, [SINGLE_HEADER, SINGLE_RULE], cells);
}

function cellsIn(page: string, header: string): string[][] {
  const lines = readFileSync(page, "utf8").split("\n");
  const { start, end } = tableIn(lines, header);
  return lines.slice(start + 2, end).map((line) => {
    return line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
  });
}

/** Writes the table, and the README's rows of it. */
export function writeCosts(rows: readonly CostRow[]): void {
  const shown = readCosts(README).map(({ flow }) => flow);
  const cellsOf = ({ flow, cost, known, withoutJoins, readUnits, writeUnits, operations }: CostRow) =>
    [flow, cost, known, withoutJoins, readUnits, writeUnits, operations] as const;
  writeTable(COSTS, [HEADER, RULE], rows.map(cellsOf));
  writeTable(README, [HEADER, RULE], rows.filter(({ flow }) => shown.includes(flow)).map(cellsOf));
}

function writeTable(
  page: string,
  [header, rule]: readonly [string, string],
  rows: readonly (readonly (string | number)[])[],
): void {
  const lines = readFileSync(page, "utf8").split("\n");
  const { start, end } = tableIn(lines, header);
  lines.splice(start, end - start, header, rule, ...rows.map((cells) => `| ${cells.join(" | ")} |`));
  writeFileSync(page, lines.join("\n"));
}
