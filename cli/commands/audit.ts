import { auditStorage } from "../../orm/dynamodb/maintenance/audit/audit-storage.ts";
import type { Finding, FindingKind } from "../../orm/dynamodb/maintenance/audit/finding.ts";
import type { JobProgress } from "../../orm/dynamodb/maintenance/job-progress.ts";
import type { Target } from "../config/resolve-target.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Styles } from "../output/style.ts";
import type { Terminal } from "../output/terminal.ts";
import { counted } from "../output/words.ts";

/** What `audit` and `repair` take. */
export interface AuditFlags {
  readonly resume?: string;
}

/** Findings that the JSON lists; the others are counted: memory stays flat. */
const LISTED = 1000;

/** Reads every item and tells what is wrong, or puts it right where that needs no decision. */
export async function audit(
  target: Target,
  flags: AuditFlags,
  terminal: Terminal,
  repairing: boolean,
): Promise<ExitCode> {
  const { schema, client, naming } = target;
  const display = terminal.progress(repairing ? "repair" : "audit");
  const kinds: Partial<Record<FindingKind, { found: number; repaired: number }>> = {};
  const listed: Finding[] = [];
  /** Findings that mislead readers or writers, and were not repaired. */
  let broken = 0;
  let progress: JobProgress = { done: 0, total: 0, resume: undefined, complete: true };
  const { resume } = flags;
  const { signal } = terminal;
  try {
    for await (const page of auditStorage({ ...naming, schema, client, repair: repairing, resume, signal })) {
      const { table: _, findings, ...soFar } = page;
      progress = soFar;
      for (const finding of findings) {
        const count = (kinds[finding.kind] ??= { found: 0, repaired: 0 });
        count.found++;
        if (finding.repaired) count.repaired++;
        else if (finding.severity === "broken") broken++;
        if (listed.length < LISTED) listed.push(finding);
        terminal.line(coloured(finding, terminal.style)(describe(finding, repairing)));
      }
      display.update(progress);
    }
  } finally {
    display.stop();
  }
  const counts = Object.values(kinds);
  const open = counts.reduce((sum, { found, repaired }) => sum + found - repaired, 0);
  terminal.data({ ...progress, kinds, findings: listed, open, broken });
  const found = Object.entries(kinds).map(
    ([kind, count]) => `${count.found} ${kind}${repairing ? ` (${count.repaired} repaired)` : ""}`,
  );
  const result = found.length > 0 ? found.join(", ") : terminal.style.green("nothing found");
  terminal.line(`${counted(progress.done, "item")} looked at: ${result}`);
  if (!progress.complete) {
    terminal.line(`Stopped. Go on with the same command and --resume ${progress.resume}`);
    return EXIT.stopped;
  }
  // What is harmless is no reason for an alarm: the entries of a session that TTL removed, for a while.
  return broken > 0 ? EXIT.findings : EXIT.ok;
}

/** Red is for what misleads, and is still there. */
function coloured({ severity, repaired }: Finding, style: Styles): (text: string) => string {
  if (repaired) return style.green;
  return severity === "broken" ? style.red : style.dim;
}

function describe({ kind, table, key, detail, severity, repaired }: Finding, repairing: boolean): string {
  const state = repairing ? (repaired ? ", repaired" : ", NOT repaired") : "";
  return `${kind} (${severity}${state}) ${table} ${key._pk} ${key._sk}: ${detail}`;
}
