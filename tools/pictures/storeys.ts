import { STOREYS } from "../eslint/import-directions.js";
import { box, COLOURS, picture, text, type Box } from "./svg.ts";

/** What each storey of the driver does, by the name that the lint rule gives it. */
const OF_DRIVER: Readonly<Record<string, string>> = {
  layout: "pure: what a record is in a table",
  engine: "how requests go, and the door: all or nothing",
  plan: "pure: which path serves a query",
  "context.ts": "what a connection has at hand",
  read: "find, count, lists",
  write: "create, update, delete, references",
  transaction: "the unit of work",
  "connection.ts": "the operations of one ORM",
  "driver.ts": "what the core calls",
  maintenance: "push, audit, copy, templates, statistics",
  "key-value": "single values, by key",
};
const ABOVE = [
  ["cli", "the command"],
  ["src", "one file for each entry point"],
  ["adapters", "better-auth, authjs: they speak to the ORM's client"],
] as const;
const CORE = ["schema", "query", "values", "client", "driver contract", "errors"];

const WIDTH = 880;
const ROW = 34;
const GAP = 6;

/** The storeys of the code, from the rule that holds their imports. */
export function storeysPicture(): string {
  const parts: string[] = [];
  let y = 20;
  for (const [name, what] of ABOVE) {
    parts.push(storey({ x: 20, y, width: WIDTH - 40, height: ROW }, name, what, COLOURS.plain));
    y += ROW + GAP;
  }
  y += 10;
  const top = y;
  const driver = STOREYS.filter(({ above }) => !above).reverse();
  parts.push(text(20, top + 14, "orm/dynamodb: the driver", { bold: true, size: 15 }));
  y = top + 26;
  const tops = new Map<string, number>();
  for (const { name } of driver) {
    tops.set(name, y);
    parts.push(storey({ x: 20, y, width: 540, height: ROW }, name, described(name), COLOURS.record));
    y += ROW + GAP;
  }
  for (const { name, above = [] } of STOREYS.filter((storey) => storey.above)) {
    // The wing: as high as the storeys that it stands on.
    const on = Math.min(...above.map((lower) => tops.get(lower)!));
    const bottom = Math.max(...above.map((lower) => tops.get(lower)!)) + ROW;
    const place = { x: 575, y: on, width: WIDTH - 595, height: bottom - on };
    parts.push(storey(place, name, described(name), COLOURS.index));
  }
  parts.push(text(575, top + 14, "orm/memory: another driver", { bold: true, size: 15 }));
  parts.push(
    storey(
      { x: 575, y: top + 26, width: WIDTH - 595, height: ROW },
      "memory",
      "the reference semantics",
      COLOURS.index,
    ),
  );
  y += 10;
  parts.push(storey({ x: 20, y, width: WIDTH - 40, height: ROW }, "orm", CORE.join(", "), COLOURS.unique));
  const title = "The storeys of the code: each imports those below it, never one above it";
  return picture(WIDTH, y + ROW + 20, title, parts);
}

function described(name: string): string {
  const what = OF_DRIVER[name];
  if (what === undefined) throw new Error(`tools/pictures/storeys.ts does not say what the storey "${name}" does.`);
  return what;
}

function storey(place: Box, name: string, what: string, fill: string): string {
  const { x, y, width, height } = place;
  const foot = y + height / 2 + 5;
  return (
    box(place, fill) +
    text(x + 12, foot, name, { mono: true, bold: true }) +
    text(x + width - 12, foot, what, { anchor: "end", fill: COLOURS.faint })
  );
}
