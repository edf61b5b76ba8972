import { describe, expect, it, vi } from "vitest";
import { engineNamed, engines, uniquePrefix } from "../support/engines.ts";
import { applicationFolder, ownSchema } from "./application-folder.ts";
import { onTerminal, run, useCommandLine } from "./cli.ts";

const engine = engineNamed("dynoxide") ?? engines[0]!;
const { port } = new URL(engine.endpoint);
const CREDENTIALS = { AWS_ACCESS_KEY_ID: "real", AWS_SECRET_ACCESS_KEY: "real", AWS_EC2_METADATA_DISABLED: "true" };
/** A place that nobody answers at, and that is not this machine. */
const FAR = "http://dynamodb.invalid";
const nowhere = (region: string) => ({ ...CREDENTIALS, AWS_REGION: region, TEST_PREFIX: uniquePrefix("place") });

// Each command is a process that loads and compiles an application.
vi.setConfig({ testTimeout: 240_000 });
useCommandLine();

describe("where a command works", () => {
  it("comes from .env and .env.local, the latter before the former, and both after what is set", async () => {
    const folder = applicationFolder({
      "auth.ts": ownSchema("{}"),
      ".env": "AWS_REGION=eu-west-1\nAWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:9\nTEST_PREFIX=from-env\n",
      ".env.local": `AWS_ENDPOINT_URL_DYNAMODB="${engine.endpoint}"\n`,
    });
    const ended = await run(["plan", "--json"], { ...CREDENTIALS, AWS_REGION: undefined }, folder);
    expect(ended.code).toBe(1);
    const place = { region: "eu-west-1", endpoint: engine.endpoint, account: "local" };
    expect(ended.json()).toMatchObject({ connection: place, tables: [{ table: "from-envusers" }] });
    const set = await run(
      ["plan", "--json"],
      { ...CREDENTIALS, AWS_REGION: "us-west-2", TEST_PREFIX: "mine_" },
      folder,
    );
    expect(set.json()).toMatchObject({ connection: { region: "us-west-2" }, tables: [{ table: "mine_users" }] });
  });

  it("is told before anything is done, with --json too", async () => {
    const folder = applicationFolder({ "auth.ts": ownSchema(`{ endpoint: "${FAR}", maxAttempts: 1 }`) });
    for (const more of [[], ["--json"]]) {
      const ended = await run(["plan", ...more], nowhere("eu-west-1"), folder);
      expect(ended).toMatchObject({ code: 3, stdout: "" });
      expect(ended.stderr).toMatch(/^AWS, region eu-west-1, http:\/\/dynamodb\.invalid\n/m);
    }
    const local = await run(["plan", "--endpoint", engine.endpoint], nowhere("eu-west-1"), folder);
    expect(local.stderr).toContain(`Local DynamoDB, region eu-west-1, ${engine.endpoint}\n`);
  });

  it("stays the file's with --region, but for the region", async () => {
    const folder = applicationFolder({
      "auth.ts": ownSchema(`{ endpoint: "${engine.endpoint}", region: "eu-west-1" }`),
    });
    const ended = await run(["plan", "--json", "--region", "us-west-1"], nowhere("eu-west-2"), folder);
    expect(ended.json().connection).toEqual({ region: "us-west-1", endpoint: engine.endpoint, account: "local" });
  });

  it("takes an address without a scheme, and sends no real credentials to a local engine", async () => {
    const refuse =
      '{ region: "eu-west-1", credentials: () => Promise.reject(new Error("asked for real credentials")) }';
    const folder = applicationFolder({ "auth.ts": ownSchema(refuse) });
    for (const host of ["localhost", "127.0.0.1"]) {
      const ended = await run(["plan", "--json", "--endpoint", `${host}:${port}`], nowhere("eu-west-2"), folder);
      expect(ended.json().connection).toEqual({
        region: "eu-west-1",
        endpoint: `http://${host}:${port}`,
        account: "local",
      });
    }
    const far = await run(["plan", "--endpoint", "https://dynamodb.invalid"], nowhere("eu-west-2"), folder);
    expect(far).toMatchObject({ code: 3, stderr: expect.stringContaining("asked for real credentials") as unknown });
    const wrong = await run(["plan", "--endpoint", "http://"], nowhere("eu-west-2"), folder);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("http://localhost:8000") as unknown });
  });

  it("is the file's for --schema authjs, too", async () => {
    const table = `${uniquePrefix("authjs")}auth`;
    const client = `new DynamoDBClient({ endpoint: "${engine.endpoint}", region: "eu-west-1" })`;
    const folder = applicationFolder({
      "auth.ts": `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
        export const client = ${client};
        export const table = "${table}";`,
      "none.ts": "export const handlers = {};",
    });
    const ended = await run(
      ["plan", "--json", "--schema", "authjs", "--config", "auth.ts"],
      nowhere("us-west-2"),
      folder,
    );
    expect(ended.json()).toMatchObject({ connection: { endpoint: engine.endpoint }, tables: [{ table }] });
    const none = await run(["plan", "--schema", "authjs", "--config", "none.ts"], nowhere("us-west-2"), folder);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining("exports no client") as unknown });
  });
});

describe("advice", () => {
  it("is given once by a command on several tables, with the table and the endpoint", async () => {
    const folder = applicationFolder({ "auth.ts": ownSchema(`{ endpoint: "${FAR}", maxAttempts: 1 }`) });
    const authJs = ["--schema", "authjs", "--config", "auth.ts"];
    for (const command of ["plan", "audit", "stats", "import --dry-run --from-prefix old_"]) {
      const { code, stderr } = await run([...command.split(" "), ...authJs], nowhere("eu-west-1"), folder);
      expect(code, command).toBe(3);
      expect(stderr.match(/cannot be reached/g), command).toHaveLength(1);
      expect(stderr, command).toMatch(/\(table "[^"]+" at http:\/\/dynamodb\.invalid\)/);
    }
  });

  it("is given before anything is done where there is no region, and where there are no credentials", async () => {
    const folder = applicationFolder({ "auth.ts": ownSchema("{}") });
    const none = { ...CREDENTIALS, AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };
    const noRegion = await run(["plan"], { ...none, AWS_REGION: undefined }, folder);
    expect(noRegion).toMatchObject({ code: 3, stdout: "" });
    expect(noRegion.stderr.match(/set AWS_REGION/g)).toHaveLength(1);
    const keys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    const noKeys = await run(["plan"], { ...none, ...keys, AWS_REGION: "eu-west-1" }, folder);
    expect(noKeys).toMatchObject({ code: 3, stdout: "" });
    expect(noKeys.stderr.match(/set AWS_PROFILE/g)).toHaveLength(1);
  });
});

describe("a command that writes to AWS from a terminal", () => {
  const files = { "auth.ts": ownSchema(`{ endpoint: "${FAR}", maxAttempts: 1 }`) };

  it.each(["push", "repair", "sweep", "import --from-prefix old_"])("asks once: %s", async (command) => {
    const folder = applicationFolder(files);
    const refused = await onTerminal(command.split(" "), "n\n", nowhere("eu-west-1"), folder);
    expect(refused.output).toContain("AWS, region eu-west-1, http://dynamodb.invalid. Go on? [y/N]");
    expect(refused).toMatchObject({ code: 130, output: expect.stringContaining("Nothing was done.") as unknown });
    const asked = await onTerminal(command.split(" "), "y\n", nowhere("eu-west-1"), folder);
    expect(asked).toMatchObject({ code: 3 });
    // Once, though there are several tables and requests.
    expect(asked.output.match(/cannot be reached/g)).toHaveLength(1);
    expect(asked.output).toMatch(/\(table "[^"]+" at http:\/\/dynamodb\.invalid\)/);
    const told = await onTerminal([...command.split(" "), "--yes"], "", nowhere("eu-west-1"), folder);
    expect(told.code).toBe(3);
    expect(told.output).not.toContain("Go on?");
  });

  it("asks nobody on a local engine, without a terminal, or where it only reads", async () => {
    const folder = applicationFolder(files);
    const local = ["push", "--endpoint", engine.endpoint];
    expect(await onTerminal(local, "", nowhere("eu-west-1"), folder)).toMatchObject({ code: 0 });
    expect(await run(["push"], nowhere("eu-west-1"), folder)).toMatchObject({ code: 3 });
    for (const reading of [["plan"], ["import", "--dry-run", "--from-prefix", "old_"]])
      expect(await onTerminal(reading, "", nowhere("eu-west-1"), folder)).toMatchObject({ code: 3 });
  });

  it("writes colours and columns on a terminal, plain text where NO_COLOR asks for it or nobody reads", async () => {
    const folder = applicationFolder(files);
    const settings = { ...nowhere("eu-west-1"), TERM: "xterm" };
    const args = ["--endpoint", engine.endpoint];
    const pushed = await onTerminal(["push", ...args], "", settings, folder);
    expect(pushed.output).toMatch(/\u001b\[1m\S*users\u001b\[\d+m: \u001b\[32mcreated\u001b\[39m \(user\)/);
    const sound = await onTerminal(["audit", ...args], "", settings, folder);
    expect(sound.output).toMatch(/1 item looked at: \u001b\[32mnothing found/);
    const rich = await onTerminal(["stats", ...args], "", settings, folder);
    expect(rich.output).toContain("\u001b[2m");
    expect(rich.output).toMatch(/model\S*\s+\S*records\S*\s+\S*unique entries\S*\s+\S*index entries/);
    const plain = await onTerminal(["stats", ...args], "", { ...settings, NO_COLOR: "1" }, folder);
    expect(plain.output).not.toMatch(/\u001b\[\d*m/);
    const piped = await run(["stats", ...args], { ...settings, CI: "true" }, folder);
    expect(piped.stdout + piped.stderr).not.toContain("\u001b[");
    expect(piped.stdout).toContain("user: 0 records, 0 unique entries, 0 index entries");
  });
});
