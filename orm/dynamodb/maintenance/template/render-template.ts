import { OrmError } from "../../../errors.ts";
import { cdkTemplate } from "./cdk.ts";
import { cloudFormationTemplate, samTemplate } from "./cloudformation.ts";
import type { TemplateOptions } from "./template-tables.ts";
import { terraformTemplate } from "./terraform.ts";
import { toYaml } from "./yaml.ts";

export const TEMPLATE_FORMATS = ["cloudformation", "sam", "terraform", "cdk"] as const;
/** What a template can be written for. */
export type TemplateFormat = (typeof TEMPLATE_FORMATS)[number];

/** A template as text: CloudFormation and SAM as YAML, or as JSON. */
export function renderTemplate(
  format: TemplateFormat,
  options: TemplateOptions,
  syntax: "yaml" | "json" = "yaml",
): string {
  switch (format) {
    case "terraform":
      return terraformTemplate(options);
    case "cdk":
      return cdkTemplate(options);
    case "cloudformation":
    case "sam": {
      const template = format === "sam" ? samTemplate(options) : cloudFormationTemplate(options);
      return syntax === "json" ? `${JSON.stringify(template, null, 2)}\n` : toYaml(template);
    }
  }
}

/** The template that a file name asks for. Throws `INVALID_VALUE` for a name that asks for none. */
export function templateForFile(file: string, options: TemplateOptions): string {
  const name = file.toLowerCase();
  if (name.endsWith(".tf")) return renderTemplate("terraform", options);
  if (name.endsWith(".ts")) return renderTemplate("cdk", options);
  if (name.endsWith(".json")) return renderTemplate("cloudformation", options, "json");
  if (name.endsWith(".yaml") || name.endsWith(".yml"))
    return renderTemplate(/(^|[/.-])sam[.-]/.test(name) ? "sam" : "cloudformation", options);
  throw new OrmError({
    code: "INVALID_VALUE",
    backendKind: "dynamodb",
    message:
      `"${file}" names no kind of template: end it with .yaml or .json for CloudFormation, .tf for ` +
      "Terraform, .ts for the CDK.",
  });
}
