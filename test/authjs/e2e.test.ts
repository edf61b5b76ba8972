import type { AuthConfig } from "@auth/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { engines } from "../support/engines.ts";
import { Browser, locationOf } from "./browser.ts";
import { startOAuthProvider } from "./oauth-provider.ts";
import { DAY, newUser, openAdapter } from "./open-adapter.ts";

const MAX_AGE = 30 * 24 * 60 * 60;

describe.each(engines)("Auth(request, config), on $name", (engine) => {
  let adapter: Awaited<ReturnType<typeof openAdapter>>["adapter"];
  let oauth: Awaited<ReturnType<typeof startOAuthProvider>>;
  let errors: Error[];

  beforeAll(async () => {
    ({ adapter } = await openAdapter(engine));
    oauth = await startOAuthProvider();
  });
  afterAll(() => oauth.stop());
  beforeEach(() => {
    errors = [];
  });

  /** Links that were sent, by address. */
  const mails = new Map<string, URL[]>();

  const config = (changes: Partial<AuthConfig> = {}): AuthConfig => ({
    adapter,
    basePath: "/auth",
    secret: "a secret for tests that is long enough",
    trustHost: true,
    session: { strategy: "database", maxAge: MAX_AGE },
    logger: { error: (error) => errors.push(error), warn: () => undefined },
    providers: [
      {
        id: "magic",
        name: "Magic link",
        type: "email",
        maxAge: 60 * 60,
        sendVerificationRequest: ({ identifier, url }) => {
          mails.set(identifier, [...(mails.get(identifier) ?? []), new URL(url)]);
        },
      },
      oauth.provider,
    ],
    ...changes,
  });

  const askForLink = async (browser: Browser, email: string): Promise<string> => {
    const response = await browser.post("/auth/signin/magic", { email });
    expect(locationOf(response).pathname).toBe("/auth/verify-request");
    const url = mails.get(email)!.at(-1)!;
    return url.pathname + url.search;
  };

  const signInByLink = async (browser: Browser, email: string) => {
    expect(locationOf(await browser.get(await askForLink(browser, email))).pathname).toBe("/welcome");
  };

  /** Goes to the provider and back. */
  const signInByOAuth = async (browser: Browser): Promise<URL> => {
    const toProvider = locationOf(await browser.post("/auth/signin/local"));
    expect(toProvider.origin).toBe(oauth.origin);
    const back = locationOf(await fetch(toProvider, { redirect: "manual" }));
    return locationOf(await browser.get(back.pathname + back.search));
  };

  const userOf = async (browser: Browser) => (await adapter.getSessionAndUser(browser.sessionToken ?? ""))?.user;

  test("a magic link signs a new visitor up, once", async () => {
    const browser = new Browser(config());
    const { email } = newUser();
    const link = await askForLink(browser, email);
    expect(await adapter.getUserByEmail(email)).toBeNull();
    expect(await browser.session()).toBeNull();

    expect(locationOf(await browser.get(link)).pathname).toBe("/welcome");
    expect((await browser.session())?.user).toMatchObject({ email });
    const user = (await adapter.getUserByEmail(email))!;
    expect(user.emailVerified).toBeInstanceOf(Date);
    expect(await userOf(browser)).toEqual(user);

    const thief = new Browser(config());
    expect(locationOf(await thief.get(link)).searchParams.get("error")).toBe("Verification");
    expect(thief.sessionToken).toBeUndefined();
  });

  test("a link for another address than it was sent to is refused", async () => {
    const browser = new Browser(config());
    const [own, victim] = [newUser().email, newUser().email];
    const link = (await askForLink(browser, own)).replace(encodeURIComponent(own), encodeURIComponent(victim));
    expect(locationOf(await browser.get(link)).searchParams.get("error")).toBe("Verification");
    expect(await adapter.getUserByEmail(victim)).toBeNull();
  });

  test("an expired link is refused, though its record is still there", async () => {
    const providers = [{ ...(config().providers[0] as object), maxAge: -1 }] as AuthConfig["providers"];
    const browser = new Browser(config({ providers }));
    const { email } = newUser();
    expect(locationOf(await browser.get(await askForLink(browser, email))).searchParams.get("error")).toBe(
      "Verification",
    );
    expect(await adapter.getUserByEmail(email)).toBeNull();
  });

  test("a returning visitor is the same user", async () => {
    const { email } = newUser();
    const [first, second] = [new Browser(config()), new Browser(config())];
    await signInByLink(first, email);
    await signInByLink(second, email);
    expect((await userOf(second))?.id).toBe((await userOf(first))?.id);
    expect(second.sessionToken).not.toBe(first.sessionToken);
  });

  test("a session is renewed when it is due, and not before", async () => {
    const { email } = newUser();
    const browser = new Browser(config());
    await signInByLink(browser, email);
    const expires = async () => (await adapter.getSessionAndUser(browser.sessionToken!))!.session.expires.getTime();
    const created = await expires();
    await browser.session();
    expect(await expires()).toBe(created);
    // Two days later: the day that Auth.js leaves between renewals is over.
    await adapter.updateSession({ sessionToken: browser.sessionToken!, expires: new Date(created - 2 * DAY) });
    await browser.session();
    expect(await expires()).toBeGreaterThanOrEqual(created);
  });

  test("an expired session is no session, and is removed", async () => {
    const browser = new Browser(config());
    await signInByLink(browser, newUser().email);
    const sessionToken = browser.sessionToken!;
    await adapter.updateSession({ sessionToken, expires: new Date(Date.now() - 1000) });
    expect(await browser.session()).toBeNull();
    expect(await adapter.getSessionAndUser(sessionToken)).toBeNull();
  });

  test("sign-out removes the session from the storage", async () => {
    const browser = new Browser(config());
    await signInByLink(browser, newUser().email);
    const sessionToken = browser.sessionToken!;
    await browser.post("/auth/signout");
    expect(browser.sessionToken).toBeUndefined();
    expect(await adapter.getSessionAndUser(sessionToken)).toBeNull();
    expect(await browser.session()).toBeNull();
    expect(errors).toEqual([]);
  });

  test("two links for one new address at once make one user", async () => {
    const { email } = newUser();
    const browsers = Array.from({ length: 2 }, () => new Browser(config()));
    const links: string[] = [];
    for (const browser of browsers) links.push(await askForLink(browser, email));
    const answers = await Promise.all(browsers.map((browser, n) => browser.get(links[n]!)));
    const user = (await adapter.getUserByEmail(email))!;
    const welcomed = answers.filter((answer) => locationOf(answer).pathname === "/welcome");
    expect(welcomed.length).toBeGreaterThanOrEqual(1);
    for (const browser of browsers) {
      if (browser.sessionToken) expect((await userOf(browser))?.id).toBe(user.id);
    }
    // Who came second asks again.
    for (const browser of browsers) {
      if (!browser.sessionToken) await signInByLink(browser, email);
      expect((await userOf(browser))?.id).toBe(user.id);
    }
  });

  test("after a change of e-mail the old address never signs in as that user", async () => {
    const { email: old } = newUser();
    const browser = new Browser(config());
    await signInByLink(browser, old);
    const user = (await userOf(browser))!;
    const early = new Browser(config());
    const linkFromBefore = await askForLink(early, old);

    const { email } = await adapter.updateUser({ id: user.id, email: newUser().email });
    expect((await browser.session())?.user?.email).toBe(email);

    await early.get(linkFromBefore);
    const stranger = (await userOf(early))!;
    expect(stranger.id).not.toBe(user.id);
    const later = new Browser(config());
    await signInByLink(later, old);
    expect((await userOf(later))?.id).toBe(stranger.id);

    const owner = new Browser(config());
    await signInByLink(owner, email);
    expect((await userOf(owner))?.id).toBe(user.id);
  });

  describe("OAuth", () => {
    let people = 1000;
    const newPerson = (email: string | null = newUser().email) => ({ id: ++people, email, name: "Grace" });
    const accountOf = ({ id }: { id: number }) => adapter.getAccount(String(id), "local");

    test("first and returning", async () => {
      const person = newPerson();
      oauth.become(person);
      const [first, second] = [new Browser(config()), new Browser(config())];
      expect((await signInByOAuth(first)).pathname).toBe("/welcome");
      const user = (await userOf(first))!;
      expect(user).toMatchObject({ email: person.email, name: "Grace", emailVerified: null });
      expect(await accountOf(person)).toStrictEqual({
        userId: user.id,
        type: "oauth",
        provider: "local",
        providerAccountId: String(person.id),
        access_token: `access ${person.id}`,
        token_type: "bearer",
        expires_in: 3600,
        expires_at: expect.any(Number) as number,
        scope: "read",
        refresh_token_expires_in: 15_897_600,
        "not-before-policy": 0,
        created: "2024-05-06T07:08:09.000Z",
        team: { id: "T1", name: "" },
      });
      // The account decides, not the address.
      oauth.become({ ...person, email: newUser().email });
      expect((await signInByOAuth(second)).pathname).toBe("/welcome");
      expect((await userOf(second))?.id).toBe(user.id);
      expect(errors).toEqual([]);
    });

    test("without an e-mail", async () => {
      for (const person of [newPerson(null), newPerson(null)]) {
        oauth.become(person);
        const browser = new Browser(config());
        await signInByOAuth(browser);
        expect((await userOf(browser))?.id).toBe((await accountOf(person))?.userId);
      }
    });

    test("linked: a visitor who is signed in gets the account", async () => {
      const browser = new Browser(config());
      await signInByLink(browser, newUser().email);
      const user = (await userOf(browser))!;
      const person = newPerson();
      oauth.become(person);
      await signInByOAuth(browser);
      expect((await accountOf(person))?.userId).toBe(user.id);
      expect(await adapter.getUserByEmail(person.email!)).toBeNull();
      const later = new Browser(config());
      await signInByOAuth(later);
      expect((await userOf(later))?.id).toBe(user.id);
    });

    test("refused: the e-mail is another user's", async () => {
      const browser = new Browser(config());
      const { email } = newUser();
      await signInByLink(browser, email);
      const person = newPerson(email);
      oauth.become(person);
      const stranger = new Browser(config());
      expect((await signInByOAuth(stranger)).searchParams.get("error")).toBe("OAuthAccountNotLinked");
      expect(stranger.sessionToken).toBeUndefined();
      expect(await accountOf(person)).toBeNull();
    });

    test("refused: the account is another user's", async () => {
      const person = newPerson();
      oauth.become(person);
      await signInByOAuth(new Browser(config()));
      const owner = (await accountOf(person))!.userId;
      const browser = new Browser(config());
      await signInByLink(browser, newUser().email);
      expect((await signInByOAuth(browser)).searchParams.get("error")).toBe("OAuthAccountNotLinked");
      expect((await accountOf(person))?.userId).toBe(owner);
    });

    test("two first sign-ins at once make one user with one account", async () => {
      const person = newPerson();
      oauth.become(person);
      const browsers = Array.from({ length: 2 }, () => new Browser(config()));
      await Promise.all(browsers.map(signInByOAuth));
      const user = (await adapter.getUserByEmail(person.email!))!;
      expect((await accountOf(person))?.userId).toBe(user.id);
      for (const browser of browsers) {
        if (!browser.sessionToken) await signInByOAuth(browser);
        expect((await userOf(browser))?.id).toBe(user.id);
      }
    });

    test("a user who was deleted comes back as a new one", async () => {
      const person = newPerson();
      oauth.become(person);
      const browser = new Browser(config());
      await signInByOAuth(browser);
      const user = (await userOf(browser))!;
      await adapter.deleteUser(user.id);
      expect(await browser.session()).toBeNull();
      await signInByOAuth(browser);
      expect((await userOf(browser))?.id).not.toBe(user.id);
      expect(await userOf(browser)).toMatchObject({ email: person.email });
    });
  });
});
