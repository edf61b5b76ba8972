import { auditStorage } from "../../../orm/dynamodb/maintenance/audit/audit-storage.ts";
import type { Finding } from "../../../orm/dynamodb/maintenance/audit/finding.ts";
import type { AuditResult, ShownFinding } from "../page/wire.ts";
import type { Work } from "../studio.ts";
import { requireWriting } from "../write/remove.ts";
import type { JobStep } from "./job.ts";

/** Findings that are listed; the others are counted. */
const LISTED = 200;

/** Audits the tables, or puts right what is found, page by page. */
export async function* audit(
  work: Work,
  repair: boolean,
  signal: AbortSignal,
): AsyncGenerator<JobStep<AuditResult>, void, void> {
  if (repair) requireWriting(work);
  const { schema, client, naming } = work.studio.target;
  const kinds = new Map<string, { kind: string; found: number; repaired: number }>();
  const listed: ShownFinding[] = [];
  const options = { ...naming, schema, client, repair, signal, onRequest: work.note };
  for await (const { findings, done, total } of auditStorage(options)) {
    for (const finding of findings) {
      const count = kinds.get(finding.kind) ?? { kind: finding.kind, found: 0, repaired: 0 };
      kinds.set(finding.kind, count);
      count.found++;
      if (finding.repaired) count.repaired++;
      if (listed.length < LISTED) listed.push(show(finding));
    }
    yield { done, total, result: { kinds: [...kinds.values()].map((kind) => ({ ...kind })), findings: [...listed] } };
  }
}

function show({ kind, severity, table, key, detail, repaired }: Finding): ShownFinding {
  return { kind, severity, table, partition: key._pk, sort: key._sk, detail, repaired };
}
