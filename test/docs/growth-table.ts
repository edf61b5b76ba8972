import { readFileSync, writeFileSync } from "node:fs";
import { COSTS } from "./cost-table.ts";

/** The numbers of rows that the table has a column for. */
export const SIZES = [10, 100, 1000, 10_000] as const;

/** What one flow costs with so many rows. */
export interface GrowthCost {
  readonly requests: number;
  readonly roundTrips: number;
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** A row of the table "What grows": the costs by number of rows. */
export interface GrowthRow {
  readonly flow: string;
  readonly costs: ReadonlyMap<number, GrowthCost>;
}

const number = (value: number) => value.toLocaleString("en");
const HEADER = `| flow | ${SIZES.map(number).join(" | ")} |`;
const RULE = `| --- | ${SIZES.map(() => "---:").join(" | ")} |`;

function cellOf({ requests, roundTrips, readUnits, writeUnits }: GrowthCost): string {
  return `${number(requests)} / ${number(roundTrips)} · ${number(Math.ceil(readUnits))} · ${number(writeUnits)}`;
}

function costIn(cell: string): GrowthCost {
  const [requests = 0, roundTrips = 0, readUnits = 0, writeUnits = 0] = cell
    .split(/[/·]/)
    .map((part) => Number(part.replaceAll(",", "").trim()));
  return { requests, roundTrips, readUnits, writeUnits };
}

function tableIn(lines: readonly string[]): { start: number; end: number } {
  const start = lines.indexOf(HEADER);
  if (start < 0) throw new Error(`There is no table with the header ${HEADER}`);
  let end = start + 1;
  while (lines[end]?.startsWith("|")) end += 1;
  return { start, end };
}

/** Reads the table of docs/costs.md. */
export function readGrowth(): GrowthRow[] {
  const lines = readFileSync(COSTS, "utf8").split("\n");
  const { start, end } = tableIn(lines);
  return lines.slice(start + 2, end).map((line) => {
    const [flow = "", ...cells] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { flow, costs: new Map(SIZES.map((size, i) => [size, costIn(cells[i] ?? "")])) };
  });
}

/** Writes it. */
export function writeGrowth(rows: readonly GrowthRow[]): void {
  const lines = readFileSync(COSTS, "utf8").split("\n");
  const { start, end } = tableIn(lines);
  const table = rows.map(({ flow, costs }) => {
    const cells = SIZES.map((size) => {
      const cost = costs.get(size);
      return cost ? cellOf(cost) : "";
    });
    return `| ${[flow, ...cells].join(" | ")} |`;
  });
  lines.splice(start, end - start, HEADER, RULE, ...table);
  writeFileSync(COSTS, lines.join("\n"));
}
