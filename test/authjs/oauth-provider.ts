import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { OAuthConfig } from "@auth/core/providers";

/** Who signs in at the provider, as its userinfo endpoint tells. */
export interface Person {
  readonly id: number;
  readonly email: string | null;
  readonly name: string;
}

/** An OAuth provider on the loopback interface: everyone who comes is the `person` of the moment. */
export async function startOAuthProvider() {
  const state: { person: Person } = { person: { id: 1, email: null, name: "" } };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const json = (body: unknown) => response.setHeader("content-type", "application/json").end(JSON.stringify(body));
    if (url.pathname === "/authorize") {
      const back = new URL(url.searchParams.get("redirect_uri")!);
      back.searchParams.set("code", "code");
      const given = url.searchParams.get("state");
      if (given) back.searchParams.set("state", given);
      response.writeHead(302, { location: back.href }).end();
    } else if (url.pathname === "/token") {
      json({
        access_token: `access ${state.person.id}`,
        token_type: "bearer",
        expires_in: 3600,
        scope: "read",
        // Beyond the standard, as providers do.
        refresh_token_expires_in: 15_897_600,
        "not-before-policy": 0,
        created: "2024-05-06T07:08:09.000Z",
        team: { id: "T1", name: "" },
      });
    } else json(state.person);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const provider: OAuthConfig<Person> = {
    id: "local",
    name: "Local",
    type: "oauth",
    clientId: "client",
    clientSecret: "secret",
    checks: ["state", "pkce"],
    authorization: `${origin}/authorize`,
    token: `${origin}/token`,
    userinfo: `${origin}/userinfo`,
    profile: ({ id, email, name }) => ({ id: String(id), email, name }),
    // Auth.js picks what to store of a token response; a provider may ask for all of it.
    account: (tokens) => tokens as never,
  };
  return {
    provider,
    origin,
    become: (person: Person) => {
      state.person = person;
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
