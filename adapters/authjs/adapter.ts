import type { Adapter } from "@auth/core/adapters";
import { withDescription } from "../description.ts";
import { accountMethods } from "./accounts.ts";
import { createAuthJsSchema } from "./auth-js-schema.ts";
import { authenticatorMethods } from "./authenticators.ts";
import type { DynamoDBAdapterOptions } from "./options.ts";
import { sessionMethods } from "./sessions.ts";
import { openStore } from "./store.ts";
import { userMethods } from "./users.ts";
import { verificationTokenMethods } from "./verification-tokens.ts";

/**
 * Auth.js's database on DynamoDB: every method of its `Adapter`, WebAuthn's included.
 *
 * What is taken (an e-mail, an account, a credential) is refused with the `OrmError` code
 * `UNIQUE_CONSTRAINT_VIOLATION`, and an update of what does not exist with `INVALID_VALUE`.
 *
 * @example
 * ```ts
 * const client = new DynamoDBClient({});
 * await pushSchema({ schema: createAuthJsSchema(), client });
 *
 * const response = await Auth(request, {
 *   adapter: DynamoDBAdapter({ client }),
 *   providers: [GitHub],
 * });
 * ```
 */
export function DynamoDBAdapter(options: DynamoDBAdapterOptions): Required<Adapter> {
  const store = openStore(options);
  const adapter: Required<Adapter> = {
    ...userMethods(store),
    ...accountMethods(store),
    ...sessionMethods(store),
    ...verificationTokenMethods(store),
    ...authenticatorMethods(store),
  };
  const { client, table, tables, tablePrefix } = options;
  return withDescription(adapter, { client, table, tables, tablePrefix, schema: () => createAuthJsSchema(options) });
}
