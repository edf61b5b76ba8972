import { arrow, box, COLOURS, picture, text } from "./svg.ts";

/** A request of a sign-up as it went: of `onRequest`. */
export interface PictureRequest {
  readonly operation: string;
  readonly model: string;
  readonly path: string | undefined;
  readonly fields: readonly string[];
  readonly items: number;
  readonly error: string | undefined;
}

const WIDTH = 880;
const COLUMN = 410;
const ROW = 34;
const GAP = 16;

/** The requests of one sign-up on an engine with transactions, and on one without: as they were sent. */
export function writePathsPicture(
  withTransactions: readonly PictureRequest[],
  without: readonly PictureRequest[],
): string {
  const columns = [
    { x: 20, name: "An engine with transactions", requests: inOneOrder(withTransactions) },
    { x: WIDTH - COLUMN - 20, name: "An engine without them", requests: inOneOrder(without) },
  ];
  const rows = Math.max(withTransactions.length, without.length);
  const parts = columns.flatMap(({ x, name, requests }) => [
    text(x, 34, name, { bold: true, size: 15 }),
    ...requests.flatMap((request, i) => step(request, x, 48 + i * (ROW + GAP), i < requests.length - 1)),
  ]);
  const title = "The two paths of a write: the requests of one sign-up, measured on an engine of each kind";
  return picture(WIDTH, 48 + rows * (ROW + GAP) + 4, title, parts);
}

/** What is sent at once has no order: it is drawn in that of its words. */
function inOneOrder(requests: readonly PictureRequest[]): PictureRequest[] {
  const phases: { name: string; requests: PictureRequest[] }[] = [];
  for (const request of requests) {
    const { operation, path } = request;
    const name = `${operation} ${path === "unique" || path === "index" ? "entry" : path}`;
    const last = phases.at(-1);
    if (last?.name === name && path !== undefined) last.requests.push(request);
    else phases.push({ name, requests: [request] });
  }
  return phases.flatMap(({ requests: together }) =>
    together.sort((one, other) => (described(one) < described(other) ? -1 : 1)),
  );
}

function step(request: PictureRequest, x: number, y: number, more: boolean): string[] {
  const { operation, error } = request;
  return [
    box({ x, y, width: COLUMN, height: ROW }, colourOf(request)),
    text(x + 12, y + 22, operation, { mono: true, bold: true }),
    text(x + COLUMN - 12, y + 22, error ?? described(request), { anchor: "end", fill: COLOURS.faint }),
    ...(more
      ? [
          arrow([
            [x + COLUMN / 2, y + ROW],
            [x + COLUMN / 2, y + ROW + GAP - 2],
          ]),
        ]
      : []),
  ];
}

function colourOf({ path, items, error, operation }: PictureRequest): string {
  if (error !== undefined) return COLOURS.failed;
  if (operation === "GetItem" || operation === "Query") return COLOURS.plain;
  if (items > 1 || path === "home" || path === undefined) return COLOURS.record;
  return path === "index" ? COLOURS.index : COLOURS.unique;
}

function described({ operation, model, path, fields, items }: PictureRequest): string {
  if (operation.startsWith("Transact")) return `${items} items: all of them, or none`;
  const key = fields.join(" + ");
  if (operation === "GetItem") return `is ${model}.${key} free?`;
  if (path === undefined) return JOURNAL.get(operation) ?? "";
  const item = path === "home" ? "the record" : `${path} entry of ${key}`;
  return `${model}: ${item} is ${operation === "PutItem" ? "held" : "released"}`;
}

/** What a request to the item of the transaction itself does. */
const JOURNAL = new Map([
  ["PutItem", "a transaction begins"],
  ["UpdateItem", "it is committed: all of it, or none"],
  ["DeleteItem", "it is over"],
]);
