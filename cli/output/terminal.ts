import { Presets, SingleBar } from "cli-progress";

/** Where a command writes: results to stdout, progress to stderr. */
export interface Terminal {
  /** Whether machines read the result. */
  readonly json: boolean;
  /** A line for people; nothing with `--json`. */
  line(text: string): void;
  /** The result for machines; nothing without `--json`. */
  data(value: unknown): void;
  /** Tells how far long work has come. */
  progress(label: string): Progress;
  readonly signal: AbortSignal;
}

/** How far long work has come, in items. */
export interface Progress {
  update(done: number, total: number | undefined): void;
  stop(): void;
}

/** How often a line tells the progress where there is no terminal. */
const LINE_MS = 2000;

export function createTerminal(json: boolean, signal: AbortSignal): Terminal {
  return {
    json,
    signal,
    line: (text) => {
      if (!json) process.stdout.write(`${text}\n`);
    },
    data: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    progress: (label) => (process.stderr.isTTY ? barProgress(label) : json ? silent : lineProgress(label)),
  };
}

const silent: Progress = { update: () => undefined, stop: () => undefined };

function barProgress(label: string): Progress {
  const started = Date.now();
  const format = `${label} {bar} {percentage}% | {value}/{total} items | {rate}/s | {eta_formatted} left`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: true, gracefulExit: false }, Presets.shades_classic);
  let begun = false;
  return {
    update: (done, total) => {
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

function lineProgress(label: string): Progress {
  const started = Date.now();
  let last = started;
  return {
    update: (done, total) => {
      if (Date.now() - last < LINE_MS) return;
      last = Date.now();
      const rate = rateOf(done, started);
      const left = total !== undefined && total > done && rate > 0 ? `, about ${Math.ceil((total - done) / rate)} s left` : "";
      process.stderr.write(`${label}: ${done}${total ? ` of about ${total}` : ""} items, ${rate}/s${left}\n`);
    },
    stop: () => undefined,
  };
}

function rateOf(done: number, started: number): number {
  return Math.round(done / Math.max((Date.now() - started) / 1000, 0.001));
}
