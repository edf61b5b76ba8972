import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const README = fileURLToPath(new URL("../../README.md", import.meta.url));

/** A row of the README's table "What each flow costs". */
export interface CostRow {
  readonly flow: string;
  /** `requests / round trips`. */
  readonly cost: string;
  readonly withJoins: string;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly operations: string;
}

const HEADER = "| flow | requests / round trips | with joins | read units | write units | operations |";
const RULE = "| --- | ---: | ---: | ---: | ---: | --- |";

/** The table's lines in a README, as positions in its lines. */
function tableIn(lines: readonly string[]): { start: number; end: number } {
  const start = lines.indexOf(HEADER);
  if (start < 0) throw new Error(`README.md has no table with the header ${HEADER}`);
  let end = start + 1;
  while (lines[end]?.startsWith("|")) end += 1;
  return { start, end };
}

/** Reads the table. */
export function readCosts(): CostRow[] {
  const lines = readFileSync(README, "utf8").split("\n");
  const { start, end } = tableIn(lines);
  return lines.slice(start + 2, end).map((line) => {
    const [flow = "", cost = "", withJoins = "", readUnits, writeUnits, operations = ""] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { flow, cost, withJoins, readUnits: Number(readUnits), writeUnits: Number(writeUnits), operations };
  });
}

/** Writes the table. */
export function writeCosts(rows: readonly CostRow[]): void {
  const lines = readFileSync(README, "utf8").split("\n");
  const { start, end } = tableIn(lines);
  const table = rows.map(
    ({ flow, cost, withJoins, readUnits, writeUnits, operations }) =>
      `| ${[flow, cost, withJoins, readUnits, writeUnits, operations].join(" | ")} |`,
  );
  lines.splice(start, end - start, HEADER, RULE, ...table);
  writeFileSync(README, lines.join("\n"));
}
