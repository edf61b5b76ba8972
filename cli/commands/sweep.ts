import { sweepTransactions, type SweepReport } from "../../orm/dynamodb/maintenance/sweep/sweep-transactions.ts";
import type { Target } from "../config/resolve-target.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../output/terminal.ts";

/** Ends large transactions whose process has gone, and tells what became of them. */
export async function sweep(target: Target, terminal: Terminal): Promise<ExitCode> {
  const { schema, client, naming } = target;
  const report = await sweepTransactions({ ...naming, schema, client });
  terminal.data(report);
  for (const table of report.tables) terminal.line(describe(table));
  return report.pending > 0 ? EXIT.findings : EXIT.ok;
}

function describe({ table, committed, aborted, pending, removed, expired }: SweepReport["tables"][number]): string {
  const ended = `${table}: ${committed} committed, ${aborted} aborted, ${pending} pending, ${removed} removed`;
  return expired > 0 ? `${ended}, ${expired} expired` : ended;
}
