import { cpus, loadavg } from "node:os";
import type { Comparison } from "./flow.ts";
import { CONNECTIONS, type Result } from "./measure.ts";

/** What the figures were taken with, for whoever compares them with others. */
const NOTES = `One run on one engine: Dynoxide, a process of its own on the same machine. The contenders take turns
(A B C, then C B A), so that whatever else the machine does falls on all of them. CPU time stays comparable then;
milliseconds and calls a second are what this machine had left, and differ from run to run.

CPU time is that of the client's process alone: a call's share of a turn of 16 calls, four of them at once, the median
of up to 30 turns (90 of requests to Better Auth). Its ratio is the median of the rounds' ratios. Latency is of one call
at a time, and calls a second are taken with so many calls at once. Requests and units are those of one call, recorded
apart.

Everybody is known to the process, unless it says "the first time".

- **auth-dynamodb**: this package.
- **SDK calls by hand**: what one writes for one application, with the same promises: strongly consistent reads, an
  e-mail that is taken once, all records of a sign-up in one transaction, hashed keys. It writes 7 items at sign-up,
  where auth-dynamodb writes 8: no session is found by its id.
- **an adapter by hand**: the same requests behind Better Auth's own adapter factory.
- **SQLite in memory**: Better Auth's own adapter on better-sqlite3, for scale: no network, no process between.
- **@auth/dynamodb-adapter**: it promises less. It reads from a secondary index, which lags behind on AWS and does not
  here, takes one e-mail twice, and writes without conditions. Its write units are those of table and index.`;

const round = (value: number, digits = 0) =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A result as it is printed. */
export const rowOf = ({ flow, contender, requests, readUnits, writeUnits, ...times }: Result) => ({
  flow,
  contender,
  requests: requests ?? "–",
  "units r / w": requests === undefined ? "–" : `${readUnits} / ${writeUnits}`,
  "CPU µs": round(times.cpu),
  ratio: times.ratio.toFixed(2),
  "p50 ms": round(times.p50, 2),
  ...Object.fromEntries(CONNECTIONS.map((count, at) => [`${count} at once`, round(times.perSecond[at]!)])),
});

export function markdownOf(measured: readonly { comparison: Comparison; results: readonly Result[] }[]): string {
  const [processor] = cpus();
  const machine = [
    `${processor?.model ?? "unknown processor"}, ${cpus().length} cores`,
    `Node.js ${process.version}`,
    // Far above the cores where others work on the machine as well.
    `load average ${loadavg()[0]!.toFixed(1)}`,
  ].join(", ");
  const date = new Date().toISOString().slice(0, 10);
  const parts = measured.map(({ comparison, results }) => {
    const table = tableOf(results.map(rowOf));
    return `## ${comparison.title}\n\nThe CPU time of "${comparison.reference}" is 1.\n\n${table}\n`;
  });
  return `# Beside other adapters\n\nBy \`npm run bench\` on ${date}: ${machine}.\n\n${NOTES}\n\n${parts.join("\n")}`;
}

function tableOf(rows: readonly ReturnType<typeof rowOf>[]): string {
  const columns = Object.keys(rows[0]!) as (keyof (typeof rows)[0])[];
  const texts = ["flow", "contender", "requests"];
  const rule = columns.map((name) => (texts.includes(name) ? "---" : "---:"));
  const lines = [columns, rule, ...rows.map((row) => columns.map((name) => row[name]))];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}
