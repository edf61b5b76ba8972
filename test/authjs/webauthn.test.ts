import type { AuthConfig } from "@auth/core";
import { describe, expect, test } from "vitest";
import { engines } from "../support/engines.ts";
import { Browser, locationOf, ORIGIN } from "./browser.ts";
import { newUser, openAdapter } from "./open-adapter.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** A WebAuthn provider whose cryptography always agrees: what is tested here is the storage behind it. */
function passkeys(state: { credential: string; counter: number }) {
  return {
    id: "passkey",
    name: "Passkey",
    type: "webauthn",
    enableConditionalUI: false,
    formFields: {},
    getRelayingParty: () => ({ id: "app.localhost", name: "App", origin: ORIGIN }),
    getUserInfo: async (
      { adapter }: { adapter: { getUserByEmail(email: string): Promise<unknown> } },
      { query }: { query?: { email?: string } },
    ) => {
      const email = query?.email;
      const user = email === undefined ? null : await adapter.getUserByEmail(email);
      return user ? { user, exists: true } : email === undefined ? null : { user: { email }, exists: false };
    },
    simpleWebAuthn: {
      generateRegistrationOptions: (options: object) => Promise.resolve({ challenge: "challenge", ...options }),
      generateAuthenticationOptions: (options: object) => Promise.resolve({ challenge: "challenge", ...options }),
      verifyRegistrationResponse: () =>
        Promise.resolve({
          verified: true,
          registrationInfo: {
            credentialID: Buffer.from(state.credential),
            credentialPublicKey: Buffer.from("public key"),
            counter: state.counter,
            credentialBackedUp: true,
            credentialDeviceType: "multiDevice",
          },
        }),
      verifyAuthenticationResponse: () =>
        Promise.resolve({ verified: true, authenticationInfo: { newCounter: state.counter } }),
    },
  };
}

describe.each(engines)("WebAuthn through Auth(request, config), on $name", (engine) => {
  test("register, sign in, add a second credential, and refuse a stranger's", async () => {
    const { adapter } = await openAdapter(engine);
    const state = { credential: "credential 1", counter: 0 };
    const errors: Error[] = [];
    const config: AuthConfig = {
      adapter,
      basePath: "/auth",
      secret: "a secret for tests that is long enough",
      trustHost: true,
      session: { strategy: "database" },
      experimental: { enableWebAuthn: true },
      logger: { error: (error) => errors.push(error), warn: () => undefined },
      providers: [passkeys(state)] as unknown as AuthConfig["providers"],
    };
    const ask = async (browser: Browser, query: Record<string, string>) =>
      (await (await browser.get(`/auth/webauthn-options/passkey?${new URLSearchParams(query)}`)).json()) as {
        action: string;
        options: { allowCredentials?: { id: Record<string, number> }[]; excludeCredentials?: unknown[] };
      };
    const answer = async (browser: Browser, action: string) => {
      const data = JSON.stringify({ id: base64(state.credential), response: { transports: ["internal", "hybrid"] } });
      return locationOf(await browser.post("/auth/callback/passkey", { action, data }));
    };

    const { email } = newUser();
    const first = new Browser(config);
    expect((await ask(first, { action: "register", email })).action).toBe("register");
    expect((await answer(first, "register")).pathname).toBe("/welcome");
    expect(errors).toEqual([]);
    expect((await first.session())?.user).toMatchObject({ email });
    const user = (await adapter.getUserByEmail(email))!;
    const authenticator = {
      userId: user.id,
      credentialID: base64("credential 1"),
      providerAccountId: base64("credential 1"),
      credentialPublicKey: base64("public key"),
      counter: 0,
      credentialBackedUp: true,
      credentialDeviceType: "multiDevice",
      transports: "internal,hybrid",
    };
    expect(await adapter.listAuthenticatorsByUserId(user.id)).toEqual([authenticator]);

    const second = new Browser(config);
    const offered = await ask(second, { email });
    expect(offered.action).toBe("authenticate");
    expect(offered.options.allowCredentials).toHaveLength(1);
    state.counter = 9;
    expect((await answer(second, "authenticate")).pathname).toBe("/welcome");
    expect((await second.session())?.user).toMatchObject({ email });
    expect(await adapter.getAuthenticator(authenticator.credentialID)).toEqual({ ...authenticator, counter: 9 });

    state.credential = "credential 2";
    expect((await ask(second, { action: "register" })).options.excludeCredentials).toHaveLength(1);
    expect((await answer(second, "register")).pathname).toBe("/welcome");
    expect(await adapter.listAuthenticatorsByUserId(user.id)).toHaveLength(2);

    // A credential that is registered already makes no account for somebody else.
    const stranger = new Browser(config);
    await ask(stranger, { action: "register", email: newUser().email });
    await answer(stranger, "register");
    expect((await adapter.getAuthenticator(base64("credential 2")))?.userId).toBe(user.id);
    expect(await adapter.listAuthenticatorsByUserId(user.id)).toHaveLength(2);

    const unknown = new Browser(config);
    await ask(unknown, {});
    state.credential = "credential 3";
    await answer(unknown, "authenticate");
    expect(unknown.sessionToken).toBeUndefined();
  });
});
