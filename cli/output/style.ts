import Table from "cli-table3";
import picocolors from "picocolors";

/** Colours of what is written to a stream: none where it is no terminal, or where NO_COLOR asks for none. */
export function stylesOf(stream: { readonly isTTY?: boolean }): Styles {
  return picocolors.createColors(stream.isTTY === true && picocolors.isColorSupported);
}

export type Styles = ReturnType<typeof picocolors.createColors>;

const NO_LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};

/** Columns side by side, the first to the left, the others, which are numbers, to the right. */
export function columns(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  style: Styles,
): string {
  const table = new Table({
    head: head.map((name) => style.dim(name)),
    chars: NO_LINES,
    style: { head: [], border: [], "padding-left": 2, "padding-right": 0 },
    colAligns: head.map((_, position) => (position === 0 ? "left" : "right")),
  });
  table.push(...rows.map((row) => row.map(String)));
  return table.toString();
}
