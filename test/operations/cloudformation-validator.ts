import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RegoEngine, TemplateFile, TemplateModel } from "@aws/cloudformation-validate";

// Its rules are compiled once.
const engine = new RegoEngine();

/** AWS's own validator, with the schemas of CloudFormation's resources: what it has to say of a template. */
export function validateCloudFormation(
  text: string,
  extension: "json" | "yaml",
): { readonly diagnostics: string[]; readonly resources: unknown } {
  const folder = mkdtempSync(join(tmpdir(), "cloudformation-"));
  try {
    const file = join(folder, `template.${extension}`);
    writeFileSync(file, text);
    const report = engine.validateStandard(new TemplateFile(file));
    const model = new TemplateModel(new TemplateFile(file));
    return {
      diagnostics: report.diagnostics.map(({ severity, ruleId, message }) => `${severity} ${ruleId}: ${message}`),
      resources: JSON.parse(JSON.stringify(model.resources())),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
