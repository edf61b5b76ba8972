import { OrmError } from "../../errors.ts";
import type { Send } from "./client.ts";
import type { OperationName } from "./operations.ts";

/** The one region that is written to, until it is known to be the client's: then there is nothing to look at. */
export interface HomeRegion {
  region: string | undefined;
}

/** What may be sent anywhere. */
const READS: ReadonlySet<OperationName> = new Set(["GetItem", "BatchGetItem", "Query", "Scan"]);

/** Refuses a write of a client that is elsewhere, with `WRITE_OUTSIDE_HOME_REGION`. A client's region never changes. */
export async function requireHome(home: HomeRegion, client: Send, name: OperationName, model: string): Promise<void> {
  const { region: wanted } = home;
  const { config } = client as { readonly config?: { readonly region?: () => Promise<string> } };
  // A client without a region fails as ever, with the advice on that.
  const own = await config?.region?.();
  if (own === wanted) home.region = undefined;
  if (own === wanted || READS.has(name)) return;
  throw new OrmError({
    code: "WRITE_OUTSIDE_HOME_REGION",
    backendKind: "dynamodb",
    message:
      `${own === undefined ? "This client does not tell its region" : `This client writes to ${own}`}, and ` +
      `homeRegion is ${wanted}: a write to "${model}" was refused before it was sent. Reads work here. Route what ` +
      `writes to the application in ${wanted}, or give it a client of that region: ` +
      `new DynamoDBClient({ region: "${wanted}" }).`,
    meta: { model },
  });
}
