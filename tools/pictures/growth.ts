import { COLOURS, picture, text } from "./svg.ts";

/** A flow's requests by the number of rows. */
export interface Growth {
  readonly flow: string;
  readonly requests: ReadonlyMap<number, number>;
}

const WIDTH = 860;
const LEFT = 60;
const RIGHT = 480;
const TOP = 30;
const BOTTOM = 380;
const MOST = 1000;
const LINES = ["#2f6fd0", "#c2571a", "#2e8b3d", "#8a3fb5", "#b8860b", "#c0305a", "#1f8a8a", "#5b6474"] as const;

/** The requests of each flow, both axes by powers of ten. */
export function growthPicture(flows: readonly Growth[], sizes: readonly number[]): string {
  const least = Math.log10(sizes[0] ?? 1);
  const most = Math.log10(sizes.at(-1) ?? 1);
  const x = (rows: number) => round(LEFT + ((Math.log10(rows) - least) / (most - least)) * (RIGHT - LEFT));
  const y = (requests: number) => round(BOTTOM - (Math.log10(requests) / Math.log10(MOST)) * (BOTTOM - TOP));
  const parts = [
    text(LEFT, TOP - 12, "requests", { size: 12, fill: COLOURS.faint }),
    text(RIGHT, BOTTOM + 38, "rows", { size: 12, fill: COLOURS.faint, anchor: "end" }),
    ...[1, 10, 100, 1000].flatMap((requests) => [
      rule(LEFT, y(requests), RIGHT, y(requests)),
      text(LEFT - 8, y(requests) + 4, requests.toLocaleString("en"), { size: 11, anchor: "end" }),
    ]),
    ...sizes.map((rows) => text(x(rows), BOTTOM + 20, rows.toLocaleString("en"), { size: 11, anchor: "middle" })),
  ];
  const ends = apart(flows.map(({ requests }) => y(requests.get(sizes.at(-1) ?? 0) ?? 1)));
  flows.forEach(({ flow, requests }, i) => {
    const colour = LINES[i % LINES.length] ?? COLOURS.faint;
    const points = sizes.map((rows) => `${x(rows)},${y(requests.get(rows) ?? 1)}`);
    const dashed = i >= LINES.length ? ' stroke-dasharray="6 3"' : "";
    parts.push(`<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"${dashed}/>`);
    parts.push(text(RIGHT + 14, (ends[i] ?? 0) + 4, flow, { size: 11, fill: colour }));
  });
  return picture(WIDTH, BOTTOM + 50, "Requests of each flow by the number of rows", parts);
}

/** Heights for labels, each a line below the one above it at least. */
function apart(heights: readonly number[]): number[] {
  const placed = new Map<number, number>();
  let last = Number.NEGATIVE_INFINITY;
  for (const [i, height] of [...heights.entries()].sort((a, b) => a[1] - b[1])) {
    last = Math.max(height, last + 15);
    placed.set(i, last);
  }
  const over = Math.max(0, last - BOTTOM);
  return heights.map((_, i) => round((placed.get(i) ?? 0) - over));
}

function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${COLOURS.line}" stroke-width="0.5"/>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
