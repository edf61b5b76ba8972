import { Auth, type AuthConfig } from "@auth/core";

/** Where the application under test would be. Nothing listens there: requests go to `Auth` directly. */
export const ORIGIN = "http://app.localhost";

/** A browser that keeps cookies and follows no redirect by itself. */
export class Browser {
  readonly cookies = new Map<string, string>();

  constructor(private readonly config: AuthConfig) {}

  async get(path: string): Promise<Response> {
    return this.#send(new URL(path, ORIGIN), {});
  }

  /** Posts a form, with the CSRF token that Auth.js asks for. */
  async post(path: string, form: Record<string, string> = {}): Promise<Response> {
    const { csrfToken } = (await (await this.get("/auth/csrf")).json()) as { csrfToken: string };
    return this.#send(new URL(path, ORIGIN), {
      method: "POST",
      body: new URLSearchParams({ csrfToken, callbackUrl: `${ORIGIN}/welcome`, ...form }),
    });
  }

  async session(): Promise<{ user?: { email?: string; name?: string }; expires?: string } | null> {
    return (await (await this.get("/auth/session")).json()) as never;
  }

  get sessionToken(): string | undefined {
    return this.cookies.get("authjs.session-token");
  }

  async #send(url: URL, init: RequestInit): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const request = new Request(url, {
      ...init,
      headers: { cookie, "x-forwarded-host": url.host, "x-forwarded-proto": "http" },
    });
    const response = await Auth(request, this.config);
    for (const header of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = header.split("; ");
      const name = pair.slice(0, pair.indexOf("="));
      const gone = attributes.some((attribute) => attribute.toLowerCase() === "max-age=0");
      if (gone) this.cookies.delete(name);
      else this.cookies.set(name, pair.slice(name.length + 1));
    }
    return response;
  }
}

/** Where a response leads to. */
export function locationOf(response: Response): URL {
  return new URL(response.headers.get("location") ?? "about:blank", ORIGIN);
}
