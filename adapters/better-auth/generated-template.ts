import type { CustomAdapter } from "better-auth/adapters";
import type { TableNaming } from "../../orm/dynamodb/layout/model-layout.ts";
import type { Schema } from "../../orm/schema/model.ts";

const DEFAULT_FILE = "./auth-tables.yaml";

/**
 * What Better Auth's `generate` writes, which asks adapters for a `createSchema`: the tables as
 * infrastructure code, by the name of the file. CloudFormation for .yaml and .json, Terraform for
 * .tf, the CDK for .ts: DynamoDB has no other schema to generate.
 */
export function templateGenerator(schema: Schema, naming: TableNaming): NonNullable<CustomAdapter["createSchema"]> {
  return async ({ file = DEFAULT_FILE }) => {
    // Called for on a developer's machine only: an application's bundle starts without it.
    const { templateForFile } = await import("../../orm/dynamodb/maintenance/template/render-template.ts");
    return { code: templateForFile(file, { ...naming, schema }), path: file, overwrite: true };
  };
}
