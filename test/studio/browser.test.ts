import type { Page } from "playwright-core";
import { createDynamodbDriver, createOrm } from "auth-dynamodb";
import { describe, expect, it, onTestFinished } from "vitest";
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import type { UntypedOrmClient } from "../../orm/client/untyped.ts";
import { keyAttributes, keysOf } from "../../orm/dynamodb/layout/places.ts";
import { hasBrowser, useBrowser } from "../support/browser.ts";
import { engineNamed, engines, uniquePrefix } from "../support/engines.ts";
import { startProxy } from "../support/proxy.ts";
import { ADA, createPeople, HOSTILE, layoutsIn, openStudio, schema } from "./studio-app.ts";
import { useStudios } from "./running-studio.ts";
import { seed } from "../support/seed.ts";

const engine = engineNamed("dynoxide") ?? engines[0]!;
const client = engine.createClient();

const startStudio = useStudios();

/** A table of its own for each test, with people in it. */
async function tableOf(): Promise<{ table: string; orm: UntypedOrmClient }> {
  const table = `${uniquePrefix("browser")}auth`;
  await createPeople(client, table);
  const driver = createDynamodbDriver({ client, table, scans: "allow" });
  const orm = createOrm({ schema, driver }) as unknown as UntypedOrmClient;
  return { table, orm };
}

/** Finds a record by the search, as somebody with a keyboard does. */
async function find(page: Page, text: string): Promise<void> {
  await page.getByRole("link", { name: "Overview" }).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

/** Answers the question that is open, and waits until it is done. */
async function confirm(page: Page, says: RegExp, button: RegExp): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByText(says).waitFor();
  await dialog.getByRole("button", { name: button }).click();
  await dialog.waitFor({ state: "detached" });
  await page
    .getByRole("status")
    .filter({ hasText: /^Removed/ })
    .waitFor();
}

describe.runIf(hasBrowser)("the studio in a browser", () => {
  const open = useBrowser();

  it("finds a user by e-mail and shows all of it, without a secret and without leaving this machine", async () => {
    const { table } = await tableOf();
    const studio = await startStudio(openStudio(client, table));
    const { page, problems, asked } = await open();
    const address = studio.address();
    await page.goto(address);
    await find(page, "ADA@example.com");
    await page.getByRole("heading", { name: ADA }).waitFor();
    // Neither the token nor what was looked for is left in the browser's history.
    expect(page.url()).not.toMatch(/token/);
    await page.goBack();
    expect(page.url()).not.toMatch(/token|example/i);
    // As the browser's button does: the driver's own way fails where the page has replaced an entry meanwhile.
    await page.evaluate("history.forward()");
    await page.getByRole("heading", { name: ADA }).waitFor();
    for (const [name, text] of [
      ["session by userId", "3 sessions"],
      ["account by userId", "2 accounts"],
      ["member by userId", "engines"],
      ["apikey by referenceId", "stay when the record above is deleted"],
    ] as const)
      expect(await page.getByRole("region", { name }).textContent()).toContain(text);
    expect(await page.getByRole("contentinfo").textContent()).toMatch(/record: \d+ requests, [\d.]+ read units/);
    await page.getByText("How it is stored").click();
    await page.getByText("unique entry, by email").waitFor();
    expect(await page.content()).not.toMatch(/secret-token|access-token|hash-of/);
    // Loaded again, it is still open; the address was used.
    await page.reload();
    await page.getByRole("heading", { name: ADA }).waitFor();
    expect(new Set(asked.map((url) => new URL(url).origin))).toEqual(new Set([new URL(address).origin]));
    expect(problems).toEqual([]);
  });

  it("opens nothing with a wrong token, or with one that was used", async () => {
    const { table } = await tableOf();
    const studio = await startStudio(openStudio(client, table));
    const address = studio.address();
    for (const wrong of [address.replace(/token=.*/, "token=guessed"), address.replace(/#.*/, "")]) {
      const { page } = await open();
      await page.goto(wrong);
      await page.getByRole("alert").waitFor();
      expect(await page.getByRole("navigation").count()).toBe(0);
    }
    const first = await open();
    await first.page.goto(address);
    await first.page.getByRole("heading", { name: "Overview" }).waitFor();
    const second = await open();
    await second.page.goto(address);
    await second.page.getByRole("alert").getByText("This address was used before").waitFor();
    // Another one, pasted into the same tab.
    await second.page.goto(studio.address());
    await second.page.getByRole("heading", { name: "Overview" }).waitFor();
  });

  it("shows a name that is markup as the text that it is", async () => {
    const { table, orm } = await tableOf();
    await orm["user"]!.create({ data: { email: `"><svg/onload=alert(1)>@example.com`, name: "{{7*7}}" } });
    const studio = await startStudio(openStudio(client, table));
    const { page, problems } = await open();
    await page.goto(studio.address());
    await find(page, "eve@example.com");
    await page.getByRole("main").getByText(HOSTILE).waitFor();
    await page.goto(`${page.url().replace(/#.*/, "")}#/model/user/scan`);
    await page.getByText(HOSTILE).waitFor();
    await page.getByText(`"><svg/onload=alert(1)>@example.com`).waitFor();
    await page.goto(`${page.url().replace(/#.*/, "")}#/find/user/${encodeURIComponent(HOSTILE)}`);
    await page.getByText("No user has the unique key").waitFor();
    expect(await page.locator("img, main svg, main script").count()).toBe(0);
    expect(await page.title()).not.toBe("owned");
    expect(problems).toEqual([]);
  });

  it("revokes a session, then all of them, unlinks an account and deletes the user, each confirmed", async () => {
    const { table, orm } = await tableOf();
    const studio = await startStudio(openStudio(client, table));
    const { page, problems } = await open();
    await page.goto(studio.address());
    await find(page, "ada");
    const sessions = page.getByRole("region", { name: "session by userId" });
    const count = (model: string) => orm[model]!.count({ where: { userId: "ada" } });

    // Escape is no confirmation, and neither is what has the focus.
    await sessions.getByRole("button", { name: "Revoke session" }).first().click();
    await page.getByRole("dialog").getByText("1 record with 3 items would go").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await sessions.getByRole("button", { name: "Revoke session" }).first().click();
    await page.getByRole("dialog").getByText("1 record with 3 items would go").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await count("session")).toBe(3);

    await sessions.getByRole("button", { name: "Revoke session" }).first().click();
    await confirm(page, /1 record with 3 items would go/, /^Remove 1 record$/);
    await sessions.getByText("2 sessions").waitFor();
    await sessions.getByRole("button", { name: "Revoke all sessions" }).click();
    await confirm(page, /2 records with 6 items would go/, /^Remove 2 records$/);
    expect(await count("session")).toBe(0);

    const google = page.getByRole("row").filter({ hasText: "ada-google" });
    await google.getByRole("button", { name: "Unlink account" }).click();
    await confirm(page, /1 record with/, /^Remove 1 record$/);
    expect(await count("account")).toBe(1);

    await page.getByRole("button", { name: "Delete user" }).click();
    await page.getByRole("dialog").getByText("1 member").waitFor();
    await confirm(page, /3 records with/, /^Remove 3 records$/);
    expect(await orm["user"]!.findUnique({ where: { id: "ada" } })).toBeNull();
    expect([await count("account"), await count("member")]).toEqual([0, 0]);
    expect(problems).toEqual([]);
  });

  it("changes a field by the keyboard, and says why it does not", async () => {
    const { table, orm } = await tableOf();
    const studio = await startStudio(openStudio(client, table));
    const { page } = await open();
    await page.goto(studio.address());
    await find(page, "eve@example.com");
    await page.getByRole("button", { name: "Change email", exact: true }).press("Enter");
    const input = page.getByRole("dialog").getByRole("textbox");
    await input.fill(ADA);
    await input.press("Enter");
    await page.getByRole("dialog").getByText("UNIQUE_CONSTRAINT_VIOLATION").waitFor();
    await input.fill("eve@example.org");
    await input.press("Enter");
    await page.getByRole("heading", { name: "eve@example.org" }).waitFor();
    expect(await orm["user"]!.findUnique({ where: { email: "eve@example.org" } })).toMatchObject({ id: "eve" });
    expect(await page.getByRole("button", { name: "Change id" }).count()).toBe(0);
  });

  it("only looks with --read-only", async () => {
    const { table } = await tableOf();
    const studio = await startStudio(openStudio(client, table, { readOnly: true }));
    const { page } = await open();
    await page.goto(studio.address());
    await find(page, "ada");
    await page.getByRole("heading", { name: ADA }).waitFor();
    await page.getByText("read only").waitFor();
    expect(await page.getByRole("button", { name: /^(Change|Delete|Revoke|Unlink)/ }).count()).toBe(0);
  });

  it("lists 10,000 users by pages, there and back, and counts them when asked", async () => {
    const { table } = await tableOf();
    const time = new Date();
    const users = Array.from({ length: 10_000 }, (_, i) => ({
      model: "user",
      data: { id: `u${i}`, email: `u${i}@example.com`, name: `User ${i}`, createdAt: time, updatedAt: time },
    }));
    await seed(client, schema, { table }, users);
    const studio = await startStudio(openStudio(client, table));
    const { page } = await open();
    await page.goto(studio.address());
    await page.getByRole("link", { name: "user", exact: true }).click();
    // A scan is never begun unasked.
    expect(await page.getByRole("contentinfo").count()).toBe(0);
    await page.getByRole("button", { name: "Read the table" }).click();
    const pages = page.getByRole("navigation", { name: "Pages" });
    const rows = () => page.getByRole("main").locator("tbody a").allTextContents();
    await pages.getByText("Page 1, 50 records").waitFor();
    const first = await rows();
    const seen = new Set(first);
    for (let n = 2; n <= 5; n++) {
      await pages.getByRole("button", { name: "Next" }).click();
      await pages.getByText(`Page ${n}, 50 records`).waitFor();
      for (const id of await rows()) seen.add(id);
    }
    expect(seen.size).toBe(250);
    for (let n = 4; n >= 1; n--) {
      await pages.getByRole("button", { name: "Previous" }).click();
      await pages.getByText(`Page ${n}, 50 records`).waitFor();
    }
    expect(await rows()).toEqual(first);
    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByRole("button", { name: "Count everything" }).click();
    await page.getByText(/items looked at: done/).waitFor({ timeout: 120_000 });
    expect(
      await page
        .getByRole("row")
        .filter({ hasText: /^user10002/ })
        .count(),
    ).toBe(1);
    await page.getByRole("img", { name: "4 sessions in 30 days" }).waitFor();
  });

  it("audits, and repairs what was found when that is confirmed", async () => {
    const { table, orm } = await tableOf();
    const record = await orm["session"]!.findUnique({ where: { id: "eve-session-1" } });
    const entry = keysOf(layoutsIn(table).get("session")!, record!).at(-1)!;
    await client.send(new DeleteItemCommand({ TableName: table, Key: keyAttributes(entry.key) }));
    const studio = await startStudio(openStudio(client, table));
    const { page } = await open();
    await page.goto(studio.address());
    await page.getByRole("link", { name: "Audit" }).click();
    await page.getByRole("button", { name: "Audit" }).click();
    await page.getByRole("row").filter({ hasText: "missingEntry1" }).waitFor();
    await page.getByRole("button", { name: "Repair…" }).click();
    await page.getByRole("dialog").getByText("1 missingEntry").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Repair 1 finding" }).click();
    await page.getByRole("row").filter({ hasText: "missingEntry11" }).waitFor();
    await page.getByRole("button", { name: "Audit" }).click();
    await page.getByText("Nothing is wrong.").waitFor();
  });

  it("says that the engine is down, and goes on when it is back", async () => {
    let down = false;
    const proxy = await startProxy(engine.endpoint, (_, forward) =>
      down ? Promise.reject(new Error("down")) : forward(),
    );
    onTestFinished(() => proxy.stop());
    const { table } = await tableOf();
    const behind = engine.createClient({ endpoint: proxy.endpoint, maxAttempts: 1 });
    const studio = await startStudio(openStudio(behind, table));
    const { page } = await open();
    await page.goto(studio.address());
    down = true;
    await find(page, "ada");
    await page.getByRole("alert").getByText("DynamoDB did not answer").waitFor();
    down = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: ADA }).waitFor();
    await studio.stop();
    await find(page, "eve");
    await page.getByRole("alert").getByText("The studio does not answer").waitFor();
  });

  it("runs twice at once: who comes second is told what has changed", async () => {
    const { table } = await tableOf();
    const [one, other] = [await startStudio(openStudio(client, table)), await startStudio(openStudio(client, table))];
    const [first, second] = [await open(), await open()];
    await first.page.goto(one.address());
    await second.page.goto(other.address());
    for (const { page } of [first, second]) {
      await find(page, "eve@example.com");
      await page.getByRole("button", { name: "Change name", exact: true }).click();
      await page.getByRole("dialog").getByRole("textbox").fill("Eve");
    }
    await first.page.keyboard.press("Enter");
    await first.page.getByRole("status").filter({ hasText: "Changed: name" }).waitFor();
    await second.page.keyboard.press("Enter");
    await second.page.getByRole("alert").getByText("somebody has changed that field").waitFor();
    await second.page.keyboard.press("Escape");
    await first.page.getByRole("button", { name: "Delete user" }).click();
    await confirm(first.page, /2 records with/, /^Remove 2 records$/);
    await second.page.getByRole("button", { name: "Delete user" }).click();
    await second.page.getByText("There is nothing to remove any more.").waitFor();
  });

  it.each(["light", "dark"] as const)("is usable at 390 pixels, %s", async (colorScheme) => {
    const { table } = await tableOf();
    const studio = await startStudio(openStudio(client, table));
    const { page } = await open({ viewport: { width: 390, height: 800 }, colorScheme, reducedMotion: "reduce" });
    await page.goto(studio.address());
    const fits = () => page.evaluate("document.documentElement.scrollWidth <= innerWidth");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    expect(await fits()).toBe(true);
    await find(page, "ada");
    await page.getByRole("heading", { name: ADA }).waitFor();
    expect(await fits()).toBe(true);
    await page.getByText("How it is stored").click();
    await page.getByText("unique entry, by email").waitFor();
    expect(await fits()).toBe(true);
    await page.getByRole("button", { name: "Delete user" }).click();
    await page.getByRole("dialog").getByText("cannot be undone").waitFor();
    const box = await page.getByRole("dialog").boundingBox();
    expect(box!.x >= 0 && box!.x + box!.width <= 390).toBe(true);
    const ground = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    expect(ground).toBe(colorScheme === "dark" ? "rgb(22, 24, 27)" : "rgb(251, 251, 250)");
  });
});
