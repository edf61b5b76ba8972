import { auditStorage, type AuditOptions } from "../../orm/dynamodb/maintenance/audit/audit-storage.ts";
import type { Finding } from "../../orm/dynamodb/maintenance/audit/finding.ts";

/** Everything that the driver's own audit finds. */
export async function audit(options: AuditOptions): Promise<Finding[]> {
  const all: Finding[] = [];
  for await (const { findings } of auditStorage(options)) all.push(...findings);
  return all;
}

/** What of it readers and writers cannot see through, as text. */
export async function brokenIn(options: AuditOptions): Promise<string[]> {
  const findings = await audit(options);
  return findings
    .filter(({ severity }) => severity === "broken")
    .map(({ kind, model, detail }) => `audit: ${kind} of ${model}: ${detail}`);
}
