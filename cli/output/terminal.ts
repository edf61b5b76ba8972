import { Presets, SingleBar } from "cli-progress";
import type { JobProgress } from "../../orm/dynamodb/maintenance/job-progress.ts";
import type { Connection } from "../connection/describe-connection.ts";
import { columns, stylesOf, type Styles } from "./style.ts";

/** Where a command writes: results to stdout, progress to stderr. */
export interface Terminal {
  /** Whether machines read the result. */
  readonly json: boolean;
  /** Colours for people at a terminal; without one, none. */
  readonly style: Styles;
  /** Whether somebody reads at a terminal, who has use for columns. */
  readonly rich: boolean;
  /** Columns for people at a terminal: a name, then numbers. */
  table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void;
  /** A line for people; nothing with `--json`. */
  line(text: string): void;
  /** The result for machines; nothing without `--json`. */
  data(value: object): void;
  /** Tells how far long work has come. */
  progress(label: string): ProgressDisplay;
  readonly signal: AbortSignal;
}

/** Shows how far long work has come, in items. */
export interface ProgressDisplay {
  update(progress: Pick<JobProgress, "done" | "total">): void;
  stop(): void;
}

/** How often a line tells the progress where there is no terminal. */
const LINE_MS = 2000;

/** What `--json` says beside the result. */
export interface Preamble {
  readonly connection?: Connection;
}

export function createTerminal(json: boolean, signal: AbortSignal, preamble: Preamble = {}): Terminal {
  const style = stylesOf(process.stdout);
  const line = (text: string) => {
    if (!json) process.stdout.write(`${text}\n`);
  };
  return {
    json,
    signal,
    style,
    rich: !json && process.stdout.isTTY,
    line,
    table: (head, rows) => line(columns(head, rows, style)),
    data: (value) => {
      if (json) process.stdout.write(`${JSON.stringify({ ...preamble, ...value }, null, 2)}\n`);
    },
    progress: (label) => (process.stderr.isTTY ? barProgress(label) : json ? silent : lineProgress(label)),
  };
}

const silent: ProgressDisplay = { update: () => undefined, stop: () => undefined };

function barProgress(label: string): ProgressDisplay {
  const started = Date.now();
  const format = `${label} {bar} {percentage}% | {value}/{total} items | {rate}/s | {eta_formatted} left`;
  const bar = new SingleBar(
    { format, stream: process.stderr, hideCursor: true, clearOnComplete: true, gracefulExit: false },
    Presets.shades_classic,
  );
  let begun = false;
  return {
    update: ({ done, total }) => {
      // DynamoDB's count of the items is hours old: it may be passed.
      const end = Math.max(total ?? 0, done, 1);
      const rate = rateOf(done, started);
      if (begun) {
        bar.setTotal(end);
        bar.update(done, { rate });
      } else bar.start(end, done, { rate });
      begun = true;
    },
    stop: () => bar.stop(),
  };
}

function lineProgress(label: string): ProgressDisplay {
  const started = Date.now();
  let last = started;
  return {
    update: ({ done, total }) => {
      if (Date.now() - last < LINE_MS) return;
      last = Date.now();
      const rate = rateOf(done, started);
      const left =
        total !== undefined && total > done && rate > 0 ? `, about ${Math.ceil((total - done) / rate)} s left` : "";
      process.stderr.write(`${label}: ${done}${total ? ` of about ${total}` : ""} items, ${rate}/s${left}\n`);
    },
    stop: () => undefined,
  };
}

function rateOf(done: number, started: number): number {
  return Math.round(done / Math.max((Date.now() - started) / 1000, 0.001));
}
