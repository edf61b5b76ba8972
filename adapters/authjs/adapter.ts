import type { Adapter } from "@auth/core/adapters";
import type { DynamodbClient } from "../../orm/dynamodb/engine/client.ts";
import { optionsOf } from "../client-argument.ts";
import { withDescription } from "../description.ts";
import { namingOf } from "../open-orm.ts";
import { accountMethods } from "./accounts.ts";
import { createAuthJsSchema } from "./auth-js-schema.ts";
import { authenticatorMethods } from "./authenticators.ts";
import { AUTH_JS_ADAPTER_OPTIONS, type AuthJsAdapterOptions } from "./options.ts";
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
export function DynamoDBAdapter(options: AuthJsAdapterOptions): Required<Adapter>;
/** The same, as other adapters are called: `DynamoDBAdapter(client, { table: "auth" })`. */
export function DynamoDBAdapter(
  client: DynamodbClient,
  options?: Omit<AuthJsAdapterOptions, "client">,
): Required<Adapter>;
export function DynamoDBAdapter(
  first: AuthJsAdapterOptions | DynamodbClient,
  second?: Omit<AuthJsAdapterOptions, "client">,
): Required<Adapter> {
  const options = optionsOf<AuthJsAdapterOptions>(first, second, {
    caller: "DynamoDBAdapter",
    known: { own: AUTH_JS_ADAPTER_OPTIONS },
  });
  const store = openStore(options);
  const adapter: Required<Adapter> = {
    ...userMethods(store),
    ...accountMethods(store),
    ...sessionMethods(store),
    ...verificationTokenMethods(store),
    ...authenticatorMethods(store),
  };
  const { client } = options;
  return withDescription(adapter, { client, ...namingOf(options), schema: () => createAuthJsSchema(options) });
}
