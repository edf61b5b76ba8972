import { useState } from "preact/hooks";
import { Dialog } from "./dialog.tsx";
import { JobProgress, useJob } from "./job.tsx";
import type { AuditResult, Overview } from "./wire.ts";
import { counted } from "./words.ts";

/** Audit, and repair of what it found. */
export function AuditPage({ overview }: { readonly overview: Overview }) {
  const job = useJob<AuditResult>();
  const [asking, setAsking] = useState(false);
  /** What an audit that came to its end has found: a repair is confirmed with that. */
  const [repairing, setRepairing] = useState(false);
  const start = (name: "audit" | "repair") => {
    setAsking(false);
    setRepairing(name === "repair");
    job.start(name);
  };
  const found = (job.result?.kinds ?? []).reduce((sum, kind) => sum + kind.found, 0);
  const audited = job.state === "done" && !repairing;
  return (
    <>
      <header class="head">
        <h1>Audit</h1>
        <div class="buttons">
          <button type="button" class="primary" disabled={job.state === "running"} onClick={() => start("audit")}>
            Audit
          </button>
          {!overview.readOnly && audited && found > 0 && (
            <button type="button" class="danger" onClick={() => setAsking(true)}>
              Repair…
            </button>
          )}
        </div>
      </header>
      <p class="hint">
        An audit reads every item and what belongs to it, while the application runs. It needs dynamodb:Scan.
      </p>
      <JobProgress job={job} />
      {job.result && <Findings result={job.result} repairing={repairing} />}
      {audited && found === 0 && <p>Nothing is wrong.</p>}
      {asking && job.result && (
        <Dialog title={`Repair ${counted(found, "finding")}`} onClose={() => setAsking(false)}>
          <ul class="counts">
            {job.result.kinds.map((kind) => (
              <li key={kind.kind}>
                {kind.found} {kind.kind}
              </li>
            ))}
          </ul>
          <p>
            Missing entries are written. Entries that lead nowhere, and records whose parent is gone, are removed; this
            cannot be undone. What needs a decision is left alone.
          </p>
          <div class="buttons">
            <button type="button" autofocus onClick={() => setAsking(false)}>
              Cancel
            </button>
            <button type="button" class="danger" onClick={() => start("repair")}>
              Repair {counted(found, "finding")}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function Findings({ result, repairing }: { readonly result: AuditResult; readonly repairing: boolean }) {
  return (
    <>
      <table class="rows numbers">
        <thead>
          <tr>
            <th scope="col">kind</th>
            <th scope="col">found</th>
            {repairing && <th scope="col">repaired</th>}
          </tr>
        </thead>
        <tbody>
          {result.kinds.map(({ kind, found, repaired }) => (
            <tr key={kind}>
              <td data-label="kind">{kind}</td>
              <td data-label="found">{found}</td>
              {repairing && <td data-label="repaired">{repaired}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      <ul class="places">
        {result.findings.map(({ kind, severity, partition, sort, detail, repaired }, i) => (
          <li key={i}>
            <p>
              <strong>{kind}</strong>
              <span class={severity === "broken" ? "badge wrong" : "badge"}>{severity}</span>{" "}
              {repaired !== undefined && (repaired ? "repaired" : "not repaired")} {detail}
            </p>
            <p class="key">
              <code>{partition}</code> <code>{sort}</code>
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
