import { expect, onTestFinished, test, vi } from "vitest";
import { createAuthConfig } from "../../examples/authjs/auth.ts";
import { startDatabase } from "../../examples/better-auth/database.ts";
import { Browser, locationOf } from "./browser.ts";

test("the example signs in by the link that it prints", async () => {
  const database = await startDatabase();
  onTestFinished(() => database.stop());
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const browser = new Browser(await createAuthConfig(database.client));
  await browser.post("/auth/signin/magic-link", { email: "ada@example.com" });
  const [link] = /http:\S+/.exec(String(log.mock.calls[0]?.[0])) ?? [];
  log.mockRestore();
  const { pathname, search } = new URL(link!);
  expect(locationOf(await browser.get(pathname + search)).pathname).toBe("/welcome");
  expect((await browser.session())?.user).toMatchObject({ email: "ada@example.com", role: "member" });
});
