import { OrmError } from "../../errors.ts";
import { contention, errorName, originalOf } from "./aws-errors.ts";
import { adviseOnSetup } from "./client-setup.ts";
import { explainOtherLayout } from "./other-layout.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import type { Send } from "./client.ts";

/** A failure in words that help: what is wrong with the client or the table, or what the model's user has to know. */
export async function explainFailure(
  error: unknown,
  { client, layouts }: { readonly client: Send; readonly layouts: ReadonlyMap<string, ModelLayout> },
  model: string,
  tables: readonly string[],
): Promise<unknown> {
  const ours = tables.filter((table) => [...layouts.values()].some((layout) => layout.table === table));
  const known = await explainOtherLayout(await adviseOnSetup(error, client, tables), client, model, ours);
  return toOrmError(known, model, tables);
}

/** An AWS error as an {@link OrmError}, where it is one that applications act on; else itself. */
export function toOrmError(error: unknown, model: string, tables: readonly string[]): unknown {
  const [table, ...others] = tables;
  const meta = { model, ...originalOf(error), ...(table !== undefined && others.length === 0 ? { table } : {}) };
  const init = { backendKind: "dynamodb", cause: error, meta };
  const named = tables.map((table) => `"${table}"`).join(", ");
  if (errorName(error) === "ResourceNotFoundException") {
    return new OrmError({
      ...init,
      code: "MISSING_TABLE",
      message:
        `${tables.length > 1 ? "One of the DynamoDB tables" : "The DynamoDB table"} ${named} ` +
        `${tables.length > 1 ? "" : `of model "${model}" `}does not exist in the client's region and account. ` +
        'Create it with "npx auth-dynamodb push" or pushSchema({ schema, client }).',
    });
  }
  const contended = contention(error);
  if (contended === "throttled") {
    return new OrmError({
      ...init,
      code: "THROTTLED",
      retryable: true,
      message: `DynamoDB throttled a request to ${named}, also after retries (${errorName(error)}).`,
    });
  }
  if (contended === "conflict") {
    return new OrmError({
      ...init,
      code: "TRANSACTION_CONFLICT",
      retryable: true,
      message: `Another request kept writing the same "${model}" items, also after retries.`,
    });
  }
  return error;
}

// Loaded together: one more part to be named would be in what every application loads.
export { requireHome } from "./home-region.ts";
