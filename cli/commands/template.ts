import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import {
  renderTemplate,
  templateForFile,
  type TemplateFormat,
} from "../../orm/dynamodb/maintenance/template/render-template.ts";
import type { TemplateOptions } from "../../orm/dynamodb/maintenance/template/template-tables.ts";
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
  const { out, pointInTimeRecovery, deletionProtection, tableClass, kmsKeyId, tags, allowScan } = flags;
  const options: TemplateOptions = {
    ...target.naming,
    ...{ schema: target.schema, pointInTimeRecovery, deletionProtection, tableClass, kmsKeyId, tags, allowScan },
  };
  const text = templateText(options, flags, terminal.json);
  if (out === undefined) process.stdout.write(text);
  else {
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, text);
    terminal.line(`${out} written.`);
    terminal.data({ file: out });
  }
  return EXIT.ok;
}

function templateText(options: TemplateOptions, { format, out }: TemplateFlags, json: boolean): string {
  if (format !== undefined) return renderTemplate(format, options, json || out?.endsWith(".json") ? "json" : "yaml");
  if (out !== undefined) return templateForFile(out, options);
  throw new UsageError("Give --format cloudformation, sam, terraform or cdk, or a file name with --out.");
}
