import { expect, it, vi } from "vitest";
import { applicationFolder, ownSchema } from "../operations/application-folder.ts";
import { onTerminal, run, useCommandLine } from "../operations/cli.ts";
import { hasBrowser, useBrowser } from "../support/browser.ts";
import { engineNamed, engines, uniquePrefix } from "../support/engines.ts";
import { ADA, createPeople } from "./studio-app.ts";
import { useProcesses } from "./studio-process.ts";

const engine = engineNamed("dynoxide") ?? engines[0]!;
const table = `${uniquePrefix("command")}auth`;
const env = { TEST_ENDPOINT: engine.endpoint, TEST_TABLE: table };

// Each command is a process that loads and compiles an application.
vi.setConfig({ testTimeout: 240_000 });
useCommandLine();
const startStudio = useProcesses();

it("serves the tables of an application, tells an address after each that was used, and ends with Ctrl-C", async () => {
  await createPeople(engine.createClient(), table);
  const studio = startStudio(env, "--read-only");
  const address = await studio.address();
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/);
  const { origin, hash } = new URL(address);
  const open = (token: string) =>
    fetch(`${origin}/api/open`, {
      method: "POST",
      headers: { "content-type": "application/json", origin },
      body: JSON.stringify({ token }),
    });
  const token = new URLSearchParams(hash.slice(1)).get("token")!;
  expect((await open(token)).status).toBe(200);
  const next = await studio.address();
  expect(next).not.toBe(address);
  expect((await open(token)).status).toBe(401);
  const ended = await studio.stop();
  expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining("Local DynamoDB") as unknown });
  expect(ended.stdout).toContain("read only");
});

it("asks before it starts with writing enabled on AWS, and not with --read-only or --yes", async () => {
  const folder = applicationFolder({ "auth.ts": ownSchema('{ endpoint: "http://dynamodb.invalid", maxAttempts: 1 }') });
  const far = { AWS_ACCESS_KEY_ID: "real", AWS_SECRET_ACCESS_KEY: "real", AWS_REGION: "eu-west-1" };
  const refused = await onTerminal(["studio"], "n\n", far, folder);
  expect(refused).toMatchObject({ code: 130, output: expect.stringContaining("Nothing was done.") as unknown });
  expect(refused.output).toMatch(/studio, with writing enabled.*AWS, region eu-west-1.*Go on\? \[y\/N\]/);
  // Ctrl-C, as the terminal sends it.
  for (const flag of ["--read-only", "--yes"]) {
    const asked = await onTerminal(["studio", flag], "\u0003", far, folder, "#token=");
    expect(asked).toMatchObject({ code: 0 });
    expect(asked.output).not.toContain("Go on?");
  }
});

it("refuses a port that is none", async () => {
  const ended = await run(["studio", "--port", "70000"]);
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('"70000" is no port') as unknown });
});

if (hasBrowser) {
  const open = useBrowser();
  it("serves the page that was built", async () => {
    const { page, problems } = await open();
    await page.goto(await startStudio(env).address());
    await page.getByRole("searchbox").fill(ADA);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: ADA }).waitFor();
    expect(problems).toEqual([]);
  });
}
