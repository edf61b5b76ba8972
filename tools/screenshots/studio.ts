// npx tsx tools/screenshots/studio.ts: the pictures of docs/studio.md, made anew.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { startServer } from "../../cli/studio/http/server.ts";
import { launchBrowser } from "../../test/support/browser.ts";
import { startEngines } from "../../test/support/start-engines.ts";
import { pageAssets } from "../../test/studio/page-assets.ts";
import { createPeople, openStudio, people } from "../../test/studio/studio-app.ts";

const FOLDER = fileURLToPath(new URL("../../docs/images/", import.meta.url));

interface Picture {
  readonly name: string;
  readonly dark?: boolean;
  readonly width?: number;
  readonly place: string;
  /** A text to click on, and one to wait for. */
  readonly click?: string;
  readonly until: string;
}

const PICTURES: readonly Picture[] = [
  { name: "studio-light", place: "#/record/user/ada", click: "How it is stored", until: "unique entry" },
  { name: "studio-dark", dark: true, place: "#/", click: "Count everything", until: "looked at: done" },
  {
    name: "studio-narrow",
    width: 390,
    place: "#/record/user/ada",
    click: "Revoke all sessions",
    until: "cannot be undone",
  },
];

mkdirSync(FOLDER, { recursive: true });
const engines = await startEngines({ only: ["dynalite"] });
const client = new DynamoDBClient({
  endpoint: engines.engines[0]?.endpoint ?? "",
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
// Sessions of a month, so that there is something to see by day.
const [pattern] = people().filter(({ model }) => model === "session");
const sessions = Array.from({ length: 240 }, (_, i) => ({
  model: "session",
  data: {
    ...pattern?.data,
    id: `s${i}`,
    token: `t${i}`,
    userId: "eve",
    createdAt: new Date(Date.now() - Math.floor(29 * Math.abs(Math.sin(i * 12.9898))) * 86_400_000),
  },
}));
await createPeople(client, "auth", sessions);
const server = await startServer({ studio: openStudio(client, "auth"), assets: await pageAssets(), port: 0 });
const browser = await launchBrowser();
if (!browser) throw new Error("There is no browser: set CHROMIUM_PATH.");
for (const { name, dark = false, width = 1100, place, click, until } of PICTURES) {
  const page = await browser.newPage({
    viewport: { width, height: width < 500 ? 844 : 720 },
    colorScheme: dark ? "dark" : "light",
  });
  await page.goto(server.address());
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await page.goto(`http://127.0.0.1:${server.port}/${place}`);
  if (click !== undefined) await page.getByText(click, { exact: true }).click();
  await page.getByText(until).first().waitFor();
  await page.evaluate("scrollTo(0, 0)");
  await page.screenshot({ path: `${FOLDER}${name}.png` });
  await page.close();
}
await browser.close();
await server.stop();
client.destroy();
await engines.stop();
