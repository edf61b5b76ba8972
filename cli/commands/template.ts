import { writeFile } from "node:fs/promises";
import { renderTemplate, templateForFile, type TemplateFormat } from "../../orm/dynamodb/setup/template/render-template.ts";
import type { TemplateOptions } from "../../orm/dynamodb/setup/template/template-tables.ts";
import type { Target } from "../config/resolve-target.ts";
import { EXIT, UsageError, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../output/terminal.ts";

/** What `template` takes. */
export interface TemplateFlags extends Omit<TemplateOptions, "schema" | "table" | "tables" | "tablePrefix"> {
  readonly format?: TemplateFormat;
  readonly out?: string;
}

/** Writes the tables and the application's policy as infrastructure code. */
export async function template(target: Target, flags: TemplateFlags, terminal: Terminal): Promise<ExitCode> {
  const { format, out, pointInTimeRecovery, deletionProtection, tableClass, kmsKeyId, tags, allowScan } = flags;
  const options: TemplateOptions = {
    ...target.naming,
    ...{ schema: target.schema, pointInTimeRecovery, deletionProtection, tableClass, kmsKeyId, tags, allowScan },
  };
  if (format === undefined && out === undefined) throw new UsageError("Give --format cloudformation, sam, terraform or cdk, or a file name with --out.");
  const syntax = terminal.json || out?.endsWith(".json") ? "json" : "yaml";
  const text = format === undefined ? templateForFile(out!, options) : renderTemplate(format, options, syntax);
  if (out === undefined) process.stdout.write(text);
  else {
    await writeFile(out, text);
    terminal.line(`${out} written.`);
    terminal.data({ file: out });
  }
  return EXIT.ok;
}
