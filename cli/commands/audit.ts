import { auditStorage } from "../../orm/dynamodb/audit/audit-storage.ts";
import type { Finding, FindingKind } from "../../orm/dynamodb/audit/finding.ts";
import { storageStats } from "../../orm/dynamodb/stats/storage-stats.ts";
import type { Target } from "../config/resolve-target.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../output/terminal.ts";

/** What `audit` and `repair` take. */
export interface AuditFlags {
  readonly resume?: string;
}

/** Findings that the JSON lists; the others are counted: memory stays flat. */
const LISTED = 1000;

/** Reads every item and tells what is wrong, or puts it right where that needs no decision. */
export async function audit(target: Target, flags: AuditFlags, terminal: Terminal, repairing: boolean): Promise<ExitCode> {
  const { schema, client, naming } = target;
  const sizes = await storageStats({ ...naming, schema, client, count: false });
  const total = sizes.reduce((sum, { items }) => sum + (items ?? 0), 0);
  const progress = terminal.progress(repairing ? "repair" : "audit");
  const kinds: Partial<Record<FindingKind, { found: number; repaired: number }>> = {};
  const listed: Finding[] = [];
  let scanned = 0;
  /** Findings that mislead readers or writers, and were not repaired. */
  let broken = 0;
  let next: string | undefined;
  try {
    for await (const page of auditStorage({ ...naming, schema, client, repair: repairing, resume: flags.resume })) {
      scanned += page.scanned;
      next = page.resume;
      for (const finding of page.findings) {
        const count = (kinds[finding.kind] ??= { found: 0, repaired: 0 });
        count.found++;
        if (finding.repaired) count.repaired++;
        else if (finding.severity === "broken") broken++;
        if (listed.length < LISTED) listed.push(finding);
        terminal.line(describe(finding, repairing));
      }
      progress.update(scanned, total);
      if (terminal.signal.aborted) break;
    }
  } finally {
    progress.stop();
  }
  const counts = Object.values(kinds);
  const open = counts.reduce((sum, { found, repaired }) => sum + found - repaired, 0);
  terminal.data({ scanned, kinds, findings: listed, open, broken, done: next === undefined, resume: next });
  const found = Object.entries(kinds).map(([kind, count]) => `${count.found} ${kind}${repairing ? ` (${count.repaired} repaired)` : ""}`);
  terminal.line(`${scanned} items looked at: ${found.length > 0 ? found.join(", ") : "nothing found"}`);
  if (next !== undefined) {
    terminal.line(`Stopped. Go on with the same command and --resume ${next}`);
    return EXIT.stopped;
  }
  // What is harmless is no reason for an alarm: the entries of a session that TTL removed, for a while.
  return broken > 0 ? EXIT.findings : EXIT.ok;
}

function describe({ kind, table, key, detail, severity, repaired }: Finding, repairing: boolean): string {
  const state = repairing ? (repaired ? ", repaired" : ", NOT repaired") : "";
  return `${kind} (${severity}${state}) ${table} ${key._pk} ${key._sk}: ${detail}`;
}
