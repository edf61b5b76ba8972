// The Next.js example, built and started as its README says, and driven in a browser.
import { createAuthSchema } from "auth-dynamodb/better-auth";
import { createOrmFromRuntime } from "auth-dynamodb/runtime";
import { admin } from "better-auth/plugins";
import { URI } from "otpauth";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, useBrowser } from "../support/browser.ts";
import { engineNamed, engines, uniquePrefix } from "../support/engines.ts";
import { NextApp, type RunningNext } from "./next-app.ts";

/** With transactions, where there is one: as on AWS. */
const engine = engineNamed("dynoxide") ?? engines[0]!;
const BUILD_MS = 600_000;
const PAGE_MS = 120_000;
const PASSWORD = "correct horse battery";
const ADA = { name: "Ada", email: "ada@example.com" };
const GRACE = { name: "Grace", email: "grace@example.com" };
const EVE = { name: "Eve", email: "eve@example.com" };

const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true }).waitFor();
const alert = (page: Page, text: string) => page.getByRole("alert").filter({ hasText: text }).waitFor();
/** What the list under a heading says. */
const list = (page: Page, name: string) => page.getByRole("region", { name }).getByRole("listitem").allTextContents();

/** Fills a form's fields by their labels, and sends it. */
async function submit(page: Page, button: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
  const form = page.locator("form").filter({ has: page.getByRole("button", { name: button, exact: true }) });
  for (const [label, value] of Object.entries(fields)) await form.getByLabel(label).fill(value);
  await form.getByRole("button", { name: button, exact: true }).click();
}

const signUp = (page: Page, { name, email }: typeof ADA) =>
  submit(page, "Sign up", { Name: name, "E-mail": email, Password: PASSWORD });

/**
 * What an authenticator app shows, half a minute ahead: Better Auth takes the code before and after the current one, so
 * that it holds for a minute at least, however busy the machine.
 */
const codeOf = (uri: string) => URI.parse(uri).generate({ timestamp: Date.now() + 30_000 });

describe.runIf(hasBrowser)("examples/nextjs", () => {
  const app = new NextApp();
  const openPage = useBrowser();
  beforeAll(() => app.build(), BUILD_MS);
  afterAll(() => app.remove());

  /** A busy machine takes as long as it takes: this is for what hangs. */
  async function open(options?: BrowserContextOptions) {
    const opened = await openPage(options);
    opened.page.setDefaultTimeout(PAGE_MS);
    return opened;
  }

  describe(`on ${engine.name}, its tables pushed`, () => {
    const client = engine.createClient();
    const table = `${uniquePrefix("nextjs")}auth`;
    const env = {
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AUTH_TABLE: table,
      BETTER_AUTH_SECRET: "hJ4xq1vT0cWm8yRz5oLk2uNb7sEg9dPa",
    };
    let next: RunningNext;
    beforeAll(async () => {
      await app.push(env);
      next = await app.start((address) => ({ ...env, BETTER_AUTH_URL: address }));
    });

    it("signs up, in and out, with organizations, two-factor and the list of users", async () => {
      const { page, problems, asked } = await open();
      await page.goto(next.address);
      await heading(page, "Sign in");
      await submit(page, "Sign in", { "E-mail": ADA.email, Password: PASSWORD });
      await alert(page, "Invalid email or password");
      await page.getByRole("main").getByRole("link", { name: "Sign up" }).click();
      await heading(page, "Sign up");
      await signUp(page, ADA);
      await heading(page, "Hello, Ada");

      await submit(page, "Create", { Name: "Engines", Slug: "engines" });
      await heading(page, "Engines");
      expect(await list(page, "Members")).toEqual(["Ada ada@example.comowner"]);
      const organization = page.url();
      await submit(page, "Invite", { "E-mail": GRACE.email });
      await page.getByRole("status").getByText(`${GRACE.email} gets a mail`).waitFor();
      expect(await list(page, "Invited")).toEqual([GRACE.email]);
      await page.goto(next.address);
      await submit(page, "Create", { Name: "Other engines", Slug: "engines" });
      await alert(page, "Organization already exists");

      await acceptInvitation();
      await page.goto(organization);
      await heading(page, "Engines");
      expect((await list(page, "Members")).sort()).toEqual([
        "Ada ada@example.comowner",
        "Grace grace@example.commember",
      ]);

      const uri = await turnOnTwoFactor(page);
      await submit(page, "Sign out");
      await heading(page, "Sign in");
      await submit(page, "Sign in", { "E-mail": ADA.email, Password: PASSWORD });
      await heading(page, "Two-factor");
      // Not yet signed in.
      await page.goto(organization);
      await heading(page, "Sign in");
      await page.goto(`${next.address}/sign-in/two-factor`);
      await submit(page, "Verify", { Code: "000000" });
      await alert(page, "Invalid code");
      await submit(page, "Verify", { Code: codeOf(uri) });
      await heading(page, "Hello, Ada");
      await page.getByRole("link", { name: "Account" }).click();
      await submit(page, "Turn off", { Password: PASSWORD });
      await page.getByText("Off. With it").waitFor();

      await page.goto(`${next.address}/users`);
      await heading(page, "Not here");
      const orm = await createOrmFromRuntime({ schema: createAuthSchema({ plugins: [admin()] }), client, table });
      await orm["user"]!.update({ where: { email: ADA.email }, data: { role: "admin" } });
      await page.goto(next.address);
      await page.getByRole("link", { name: "Users" }).click();
      await heading(page, "Users");
      await page.getByText("2 in all").waitFor();
      expect((await page.getByRole("listitem").allTextContents()).sort()).toEqual([
        "Ada ada@example.comadmin",
        "Grace grace@example.comuser",
      ]);

      expect(problems).toEqual([]);
      expect(new Set(asked.map((url) => new URL(url).origin))).toEqual(new Set([next.address]));
    });

    /** By the link of the mail, as somebody who has no account yet. */
    async function acceptInvitation(): Promise<void> {
      const { page, problems } = await open();
      const [link = ""] = /http:\S+\/invitations\/\S+/.exec(next.output()) ?? [];
      await page.goto(link);
      await heading(page, "Sign up");
      await signUp(page, GRACE);
      await heading(page, "Invitation");
      await page.getByText("ada@example.com invites you to Engines").waitFor();
      await submit(page, "Accept");
      await heading(page, "Engines");
      expect(problems).toEqual([]);
    }

    /** What an authenticator app would scan. */
    async function turnOnTwoFactor(page: Page): Promise<string> {
      await page.getByRole("link", { name: "Account" }).click();
      await submit(page, "Turn on", { Password: "wrong password" });
      await alert(page, "Invalid password");
      await submit(page, "Turn on", { Password: PASSWORD });
      const uri = await page.getByRole("link", { name: "otpauth://" }).getAttribute("href");
      const decoded = "document.querySelector('img.qr').decode().then(() => document.querySelector('img.qr').width)";
      expect(await page.evaluate(decoded)).toBeGreaterThan(0);
      await submit(page, "Confirm", { Code: codeOf(uri!) });
      await page.getByText("On: signing in takes a code").waitFor();
      return uri!;
    }

    it("shows nobody's data to others, and leads nowhere else", async () => {
      const { page } = await open();
      for (const path of ["/", "/account", "/users", "/organizations/unknown"]) {
        await page.goto(next.address + path);
        await heading(page, "Sign in");
      }
      await page.goto(`${next.address}/sign-up?next=//example.org/`);
      await signUp(page, EVE);
      await heading(page, "Hello, Eve");
      for (const path of ["/users", "/organizations/unknown"]) {
        await page.goto(next.address + path);
        await heading(page, "Not here");
      }
    });
  });

  describe("without a region", () => {
    let next: RunningNext;
    beforeAll(async () => {
      next = await app.start((address) => ({ PORT: new URL(address).port }));
    });

    it.each(["light", "dark"] as const)("keeps its data in memory, and fits 390 pixels, %s", async (colorScheme) => {
      const { page, problems } = await open({ viewport: { width: 390, height: 800 }, colorScheme });
      const fits = async () =>
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url()).toBe(true);
      const [, email = "", password = ""] = /Administrator: (\S+),\npassword (\S+)/.exec(next.output()) ?? [];
      await page.goto(`${next.address}/sign-up`);
      await fits();
      await page.goto(next.address);
      await heading(page, "Sign in");
      await fits();
      await submit(page, "Sign in", { "E-mail": email, Password: password });
      await heading(page, "Hello, Administrator");
      await fits();
      await submit(page, "Create", { Name: `Engines, ${colorScheme}`, Slug: `engines-${colorScheme}` });
      await heading(page, `Engines, ${colorScheme}`);
      await fits();
      await page.getByRole("link", { name: "Account" }).click();
      await submit(page, "Turn on", { Password: password });
      await page.getByAltText("QR code").waitFor();
      await fits();
      await page.getByRole("link", { name: "Users" }).click();
      await page.getByText("1 in all").waitFor();
      await fits();
      const ground = await page.evaluate("getComputedStyle(document.body).backgroundColor");
      expect(ground).toBe(colorScheme === "dark" ? "rgb(16, 19, 24)" : "rgb(245, 246, 248)");
      expect(problems).toEqual([]);
    });
  });
});
