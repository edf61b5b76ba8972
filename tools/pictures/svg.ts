/** Colours that can be told apart, and read on a light page and on a dark one: every picture brings its own ground. */
export const COLOURS = {
  ground: "#ffffff",
  text: "#1f2430",
  faint: "#5b6474",
  line: "#aab2c0",
  record: "#cfe3ff",
  unique: "#ffe2b8",
  index: "#d6f2d4",
  plain: "#eef1f6",
  failed: "#ffd6d6",
} as const;

export interface TextStyle {
  readonly size?: number;
  readonly mono?: boolean;
  readonly bold?: boolean;
  readonly fill?: string;
  readonly anchor?: "start" | "middle" | "end";
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A line of text whose foot is at `y`. */
export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { size = 13, mono = false, bold = false, fill = COLOURS.text, anchor = "start" } = style;
  const family = mono
    ? "ui-monospace, Menlo, Consolas, monospace"
    : "system-ui, Segoe UI, Helvetica, Arial, sans-serif";
  const weight = bold ? ' font-weight="600"' : "";
  return (
    `<text x="${x}" y="${y}" font-family="${family}" font-size="${size}"${weight} fill="${fill}" ` +
    `text-anchor="${anchor}">${escaped(content)}</text>`
  );
}

export function box({ x, y, width, height }: Box, fill: string): string {
  return (
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="${fill}" ` + `stroke="${COLOURS.line}"/>`
  );
}

/** A line with a head, through points. */
export function arrow(points: readonly (readonly [number, number])[]): string {
  const path = points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x} ${y}`).join(" ");
  return `<path d="${path}" fill="none" stroke="${COLOURS.faint}" stroke-width="1.5" marker-end="url(#head)"/>`;
}

/** The whole picture. `title` is what those are told who do not see it. */
export function picture(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">' +
      `<path d="M0 0 L8 4 L0 8 z" fill="${COLOURS.faint}"/></marker></defs>`,
    `<rect width="${width}" height="${height}" rx="10" fill="${COLOURS.ground}"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
