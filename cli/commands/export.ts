import { exportToJson } from "../../adapters/import/json/export-to-json.ts";
import type { Target } from "../config/resolve-target.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../output/terminal.ts";
import { counted, listedCounts } from "../output/words.ts";

/** What `export` takes. */
export interface ExportFlags {
  readonly toJson: string;
}

/** Writes every record to a file per model. */
export async function exportRecords(target: Target, flags: ExportFlags, terminal: Terminal): Promise<ExitCode> {
  const { schema, client, naming, fields } = target;
  const display = terminal.progress("export");
  try {
    const report = await exportToJson({
      ...{ schema, client, ...naming, folder: flags.toJson, fields: await fields?.() },
      signal: terminal.signal,
      onProgress: (progress) => display.update(progress),
    });
    display.stop();
    terminal.data(report);
    terminal.line(`${counted(report.done, "item")} read; written to ${flags.toJson}: ${listedCounts(report.exported)}`);
    if (!report.complete) {
      terminal.line("Stopped: these files are a part. Begin anew with another folder.");
      return EXIT.stopped;
    }
    terminal.line("The files hold password hashes and tokens: keep them as you keep your tables.");
    return EXIT.ok;
  } finally {
    display.stop();
  }
}
