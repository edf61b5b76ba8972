import type { CustomAdapter } from "better-auth/adapters";
import type { TableNaming } from "../../orm/dynamodb/layout/model-layout.ts";
import { templateForFile } from "../../orm/dynamodb/setup/template/render-template.ts";
import type { Schema } from "../../orm/schema/model.ts";

const DEFAULT_FILE = "./auth-tables.yaml";

/**
 * Better Auth's `generate` writes the tables as infrastructure code, by the name of the file:
 * CloudFormation for .yaml and .json, Terraform for .tf, the CDK for .ts. DynamoDB has no other
 * schema to generate.
 */
export function createSchemaWith(schema: Schema, naming: TableNaming): NonNullable<CustomAdapter["createSchema"]> {
  return async ({ file = DEFAULT_FILE }) => ({
    code: templateForFile(file, { ...naming, schema }),
    path: file,
    overwrite: true,
  });
}
