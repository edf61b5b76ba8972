import { betterAuth, type BetterAuthOptions } from "better-auth";
import { organization } from "better-auth/plugins";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createAuthSchema, dynamodbAdapter, type BetterAuthAdapterOptions } from "auth-dynamodb/better-auth";
import { pushSchema } from "auth-dynamodb/setup";
import { socialProviders } from "./google-provider.ts";

const ORIGIN = "http://localhost:3000";

export const PASSWORD = "correct horse battery";

/** What the application under test sent by mail. */
export interface Mailbox {
  resetToken?: string;
  verifyToken?: string;
}

export interface AppSettings {
  readonly joins?: boolean;
  /** Whether each OAuth sign-in stores its new tokens, as Better Auth does by default. */
  readonly freshTokens?: boolean;
  readonly auth?: Partial<BetterAuthOptions>;
  readonly adapter?: Partial<BetterAuthAdapterOptions>;
}

/** The Better Auth options that the flows are measured with. */
function authOptions(settings: AppSettings, mailbox: Mailbox = {}) {
  return {
    baseURL: ORIGIN,
    secret: "a secret for tests that is long enough",
    logger: { level: "error" },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      // Scrypt would take most of the test's time.
      password: { hash: async (password) => password, verify: async ({ hash, password }) => hash === password },
      sendResetPassword: async ({ token }) => {
        mailbox.resetToken = token;
      },
    },
    emailVerification: {
      sendVerificationEmail: async ({ token }) => {
        mailbox.verifyToken = token;
      },
    },
    user: { changeEmail: { enabled: true, updateEmailWithoutVerification: true }, deleteUser: { enabled: true } },
    socialProviders,
    account: { updateAccountOnSignIn: settings.freshTokens ?? false },
    advanced: { database: { joins: settings.joins ?? false } },
    plugins: [organization({ sendInvitationEmail: async () => {} })],
    ...settings.auth,
  } satisfies BetterAuthOptions;
}

/** Prepares the tables of {@link createApp}. */
export async function pushAuthTables(client: DynamoDBClient, tablePrefix: string, settings: AppSettings = {}) {
  const schema = createAuthSchema(authOptions(settings), settings.adapter);
  await pushSchema({ schema, client, tablePrefix });
  return schema;
}

/** A Better Auth application on a client, and browsers that keep its cookies. */
export function createApp(client: DynamoDBClient, tablePrefix: string, settings: AppSettings = {}) {
  const mailbox: Mailbox = {};
  const auth = betterAuth({
    ...authOptions(settings, mailbox),
    database: dynamodbAdapter({ client, tablePrefix, scans: "refuse", ...settings.adapter }),
  });
  return { auth, mailbox, browser: () => new Browser(auth.handler) };
}

export interface Answer {
  readonly status: number;
  // The answers of many endpoints, read by tests that know their shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
  readonly headers: Headers;
}

/** Sends requests to Better Auth's handler as a browser does. */
export class Browser {
  readonly #cookies: Map<string, string>;

  constructor(
    private readonly handler: (request: Request) => Promise<Response>,
    cookies = new Map<string, string>(),
  ) {
    this.#cookies = cookies;
  }

  /** The same browser, going on with another process of the application. */
  on(app: { readonly auth: { readonly handler: (request: Request) => Promise<Response> } }): Browser {
    return new Browser(app.auth.handler, this.#cookies);
  }

  get(path: string): Promise<Answer> {
    return this.#send("GET", path);
  }

  post(path: string, body: object = {}): Promise<Answer> {
    return this.#send("POST", path, body);
  }

  async signUp(email: string): Promise<Answer> {
    return this.post("/sign-up/email", { email, password: PASSWORD, name: "Ada" });
  }

  async signIn(email: string, password = PASSWORD): Promise<Answer> {
    return this.post("/sign-in/email", { email, password });
  }

  async #send(method: string, path: string, body?: object): Promise<Answer> {
    const response = await this.handler(
      new Request(`${ORIGIN}/api/auth${path}`, {
        method,
        headers: {
          "content-type": "application/json",
          origin: ORIGIN,
          cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      }),
    );
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      const name = pair.slice(0, pair.indexOf("="));
      if (/max-age=0/i.test(cookie)) this.#cookies.delete(name);
      else this.#cookies.set(name, pair.slice(name.length + 1));
    }
    const text = await response.text();
    return {
      status: response.status,
      body: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text,
      headers: response.headers,
    };
  }
}
