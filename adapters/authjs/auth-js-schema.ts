import { invalidSchema } from "../../orm/errors.ts";
import { checkOptions } from "../../orm/options/check-options.ts";
import { boolean, datetime, id, integer, json, string } from "../../orm/schema/fields.ts";
import { defineSchema, model, type FieldMap } from "../../orm/schema/model.ts";
import { belongsTo, hasMany } from "../../orm/schema/relations.ts";
import { AUTH_JS_ADAPTER_OPTIONS, AUTH_JS_SCHEMA_OPTIONS, type AuthJsSchemaOptions } from "./options.ts";

const user = {
  id: id(),
  name: string().nullable(),
  email: string().unique().nullable(),
  emailVerified: datetime().nullable(),
  image: string().nullable(),
  extra: json<Record<string, unknown>>().nullable(),
};

/**
 * What OAuth calls text and numbers. Providers answer otherwise (a scope that is a list, a time
 * that is text), so the columns take any JSON and give back what came.
 */
export const tokenFields = {
  access_token: json<string>().nullable(),
  refresh_token: json<string>().nullable(),
  id_token: json<string>().nullable(),
  token_type: json<string>().nullable(),
  scope: json<string>().nullable(),
  expires_at: json<number>().nullable(),
  session_state: json<string>().nullable(),
};

const account = {
  id: id(),
  userId: string().references("user.id", { onDelete: "cascade" }),
  type: string(),
  provider: string(),
  providerAccountId: string(),
  ...tokenFields,
  extra: json<Record<string, unknown>>().nullable(),
};

const session = {
  id: id(),
  sessionToken: string().unique(),
  userId: string().references("user.id", { onDelete: "cascade" }),
  expires: datetime(),
  extra: json<Record<string, unknown>>().nullable(),
};

const verificationToken = {
  id: id(),
  identifier: string(),
  token: string(),
  expires: datetime(),
  extra: json<Record<string, unknown>>().nullable(),
};

const authenticator = {
  id: id(),
  credentialID: string().unique(),
  userId: string().references("user.id", { onDelete: "cascade" }),
  providerAccountId: string(),
  credentialPublicKey: string(),
  counter: integer(),
  credentialDeviceType: string(),
  credentialBackedUp: boolean(),
  transports: string().nullable(),
  extra: json<Record<string, unknown>>().nullable(),
};

const builtIn = { user, session, account };

/**
 * The ORM schema of Auth.js's models, each record at the key that Auth.js reads it by. `extra`
 * holds the fields that nobody declared.
 *
 * @example
 * ```ts
 * const schema = createAuthJsSchema({
 *   user: { additionalFields: { role: string().default("user") } },
 * });
 * await pushSchema({ schema, client });
 * const orm = createOrm({ schema, driver: createDynamodbDriver({ client }) });
 * const admin = await orm.user.findUnique({ where: { email }, select: { role: true, accounts: true } });
 * ```
 */
export function createAuthJsSchema<const Options extends AuthJsSchemaOptions = object>(options?: Options) {
  const known = { own: AUTH_JS_SCHEMA_OPTIONS, shared: AUTH_JS_ADAPTER_OPTIONS };
  if (options !== undefined) checkOptions("createAuthJsSchema", options, known);
  return defineSchema({
    user: model({
      table: "user",
      fields: { ...user, ...additional(options, "user") },
      relations: {
        accounts: hasMany("account", { foreignKey: "userId" }),
        sessions: hasMany("session", { foreignKey: "userId" }),
        authenticators: hasMany("authenticator", { foreignKey: "userId" }),
      },
    }),
    account: model({
      table: "account",
      fields: { ...account, ...additional(options, "account") },
      relations: { user: belongsTo("user", { foreignKey: "userId" }) },
      constraints: { unique: [["provider", "providerAccountId"]] },
      // Every OAuth sign-in reads the account by these two; nothing in Auth.js lists a user's accounts.
      clusterBy: ["provider", "providerAccountId"],
    }),
    session: model({
      table: "session",
      fields: { ...session, ...additional(options, "session") },
      relations: { user: belongsTo("user", { foreignKey: "userId" }) },
      // Every request of a signed-in visitor reads by the token.
      clusterBy: "sessionToken",
      expires: "expires",
    }),
    verificationToken: model({
      table: "verificationToken",
      fields: verificationToken,
      constraints: { unique: [["identifier", "token"]] },
      // So that one DeleteItem uses it up.
      clusterBy: ["identifier", "token"],
      expires: "expires",
    }),
    authenticator: model({
      table: "authenticator",
      fields: authenticator,
      relations: { user: belongsTo("user", { foreignKey: "userId" }) },
      // A WebAuthn sign-in reads and counts by the credential.
      clusterBy: "credentialID",
    }),
  });
}

type Additional<Options, Name extends keyof AuthJsSchemaOptions> = Options extends {
  readonly [N in Name]: { readonly additionalFields: infer Fields extends FieldMap };
}
  ? Fields
  : NoFields;

/** As a type of field lists, unlike `object`. */
type NoFields = Record<never, never>;

function additional<Options extends AuthJsSchemaOptions, const Name extends keyof AuthJsSchemaOptions>(
  options: Options | undefined,
  name: Name,
): Additional<Options, Name> {
  const fields = options?.[name]?.additionalFields ?? {};
  const taken = Object.keys(fields).find((field) => Object.hasOwn(builtIn[name], field));
  if (taken !== undefined) {
    throw invalidSchema(`additionalFields of "${name}" names "${taken}", which the model has already.`, name, [taken]);
  }
  return fields as Additional<Options, Name>;
}
