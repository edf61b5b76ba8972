import { ForeignTable } from "../../../orm/dynamodb/maintenance/copy/foreign-table.ts";
import { compileManifest } from "../../../orm/schema/compile-manifest.ts";
import { sha256 } from "../../../orm/util/sha256.ts";
import { base64url } from "../../../orm/util/bytes.ts";
import type { RecordValues } from "../../../orm/values/normalize.ts";
import type { LeftOutRow } from "../../import/report.ts";
import type { RowPage, RowReading, RowSource } from "../../import/row-source.ts";
import { createAuthJsSchema } from "../auth-js-schema.ts";
import { ForeignLayout, type ForeignRecord } from "./foreign-layout.ts";
import type { AuthJsDynamoDBSource } from "./options.ts";

const MODELS = ["user", "account", "session"] as const;

type Model = (typeof MODELS)[number];

/** Where Better Auth's name of a provider is another. */
const PROVIDERS: Readonly<Record<string, string>> = { "azure-ad": "microsoft", "microsoft-entra-id": "microsoft" };

/** Better Auth's names of Auth.js' fields, where they are others. */
const FIELDS: Readonly<Record<Model, Readonly<Record<string, string>>>> = {
  user: {},
  account: {
    provider: "providerId",
    providerAccountId: "accountId",
    access_token: "accessToken",
    refresh_token: "refreshToken",
    id_token: "idToken",
    expires_at: "accessTokenExpiresAt",
  },
  session: { sessionToken: "token", expires: "expiresAt" },
};

/** What an account has in Auth.js, and Better Auth has no use for. */
const DROPPED: ReadonlySet<string> = new Set(["type", "token_type", "session_state"]);

/** The table of `@auth/dynamodb-adapter` as rows of Better Auth's tables. Each model is a scan of the whole table. */
export class AuthJsRows implements RowSource {
  readonly models = MODELS;
  readonly notes = [
    "Verification tokens are not moved: links that were sent before do not work any more.",
    "A visitor's Auth.js cookie has another name and no signature: see docs/moving-in.md for how sessions go on.",
  ];
  readonly #table: ForeignTable;
  readonly #layout: ForeignLayout;
  /** Rows without times of their own have those of this import. */
  readonly #now = new Date();

  constructor(source: AuthJsDynamoDBSource) {
    const { client, table = "next-auth" } = source;
    this.#table = new ForeignTable({ client, table });
    this.#layout = new ForeignLayout(source, compileManifest(createAuthJsSchema()));
  }

  count(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async *pages(model: string, { after, pageSize }: RowReading): AsyncGenerator<RowPage, void, void> {
    for await (const { items, progress } of this.#table.pages({ pageSize, resume: after })) {
      const records = items.flatMap((item) => this.#layout.read(item) ?? []).filter((record) => record.model === model);
      const rows = records.filter((record) => !lacksEmail(record));
      yield {
        rows: rows.map(rowOf),
        leftOut: records.filter(lacksEmail).map(withoutEmail),
        next: progress.resume,
      };
    }
  }

  async present(model: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const wanted = new Set(ids);
    const found = new Set<string>();
    for await (const { rows } of this.pages(model, { after: undefined, since: undefined, pageSize: 1000 }))
      for (const { id } of rows) if (wanted.has(String(id))) found.add(String(id));
    return found;
  }

  isTransformed(): boolean {
    return false;
  }

  onCreate(model: string): RecordValues {
    return model === "user" || model === "account" || model === "session"
      ? { createdAt: this.#now, updatedAt: this.#now }
      : {};
  }
}

/** Better Auth knows its users by their e-mail. */
function lacksEmail({ model, data }: ForeignRecord): boolean {
  return model === "user" && typeof data["email"] !== "string";
}

function withoutEmail({ model, data }: ForeignRecord): LeftOutRow {
  const detail = "it has no e-mail, and Better Auth's users have one";
  return { model, id: String(data["id"]), reason: "invalid", fields: ["email"], detail };
}

function rowOf({ model, data }: ForeignRecord): RecordValues {
  switch (model) {
    case "user":
      return userRow(data);
    case "account":
      return accountRow(data);
    default:
      return { id: idOf(data, String(data["sessionToken"])), ...renamed("session", data) };
  }
}

function userRow(data: RecordValues): RecordValues {
  const { name, email, emailVerified } = data;
  // Better Auth's users have a name.
  const called = typeof name === "string" ? name : typeof email === "string" ? email.split("@")[0] : "";
  return { ...data, name: called, emailVerified: emailVerified instanceof Date };
}

function accountRow(data: RecordValues): RecordValues {
  const { provider, providerAccountId, expires_at: expires } = data;
  const name = String(provider);
  return {
    id: idOf(data, JSON.stringify([provider, providerAccountId])),
    ...renamed("account", data),
    providerId: PROVIDERS[name] ?? name,
    ...(typeof expires === "number" ? { accessTokenExpiresAt: new Date(expires * 1000) } : {}),
  };
}

function renamed(model: Model, data: RecordValues): RecordValues {
  const names = FIELDS[model];
  return Object.fromEntries(
    Object.entries(data)
      .filter(([name]) => model !== "account" || !DROPPED.has(name))
      .map(([name, value]) => [names[name] ?? name, value]),
  );
}

/** The same at every run: Auth.js knows neither accounts nor sessions by an id. */
function idOf({ id }: RecordValues, text: string): string {
  return typeof id === "string" ? id : base64url(sha256(text));
}
