// "init" in folders of every kind, by the built binary; and what it writes, started.
import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { RANGES } from "../../cli/init/package-changes.ts";
import { packInto, unpack } from "../support/packed-package.ts";
import { onTerminal, run, useCommandLine } from "./cli.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

interface Package {
  type?: string;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

/** An empty folder, and what a test puts there. */
function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "init-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

const read = (folder: string, file: string) => readFileSync(join(folder, file), "utf8");
const packageOf = (folder: string) => JSON.parse(read(folder, "package.json")) as Package;
const init = (folder: string, ...flags: string[]) => run(["init", "--no-install", ...flags], {}, folder);

useCommandLine();

it("offers the ranges that this package is tested with", () => {
  const { peerDependencies, devDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as {
    peerDependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  for (const [name, range] of Object.entries(RANGES)) {
    const ours = peerDependencies[name] ?? devDependencies[name];
    expect([range, `>=${range.slice(1)} <1`], name).toContain(ours);
  }
});

describe("init", () => {
  it.each([
    { library: "better-auth", language: "ts", files: ["auth.ts", "server.ts"] },
    { library: "better-auth", language: "js", files: ["auth.js", "server.js"] },
    { library: "authjs", language: "ts", files: ["auth.ts", "server.ts"] },
    { library: "authjs", language: "js", files: ["auth.js", "server.js"] },
  ])("sets up an empty folder for $library in $language", async ({ library, language, files }) => {
    const folder = folderWith();
    const { code, stdout } = await init(folder, "--library", library, "--language", language);
    expect(code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(
      [".env", ".gitignore", "local-dynamodb.mjs", "package.json", ...files].sort(),
    );
    expect(stdout).toContain("npm install, then npm run dev");
    expect(read(folder, ".gitignore").split("\n")).toContain(".env");
    const { type, scripts, dependencies } = packageOf(folder);
    expect(type).toBe("module");
    expect(scripts["db:push"]).toBe("auth-dynamodb push");
    expect(Object.keys(dependencies)).toContain(library === "authjs" ? "@auth/core" : "better-auth");
  });

  it("gives every folder a secret of its own", async () => {
    const [one, other] = [folderWith(), folderWith()];
    await Promise.all([init(one, "--yes"), init(other, "--yes")]);
    expect(read(one, ".env")).toMatch(/^BETTER_AUTH_SECRET=\S{40,}$/m);
    expect(read(one, ".env")).not.toBe(read(other, ".env"));
  });

  it("overwrites nothing, and says what it left alone", async () => {
    const mine = {
      "auth.ts": "// mine\n",
      ".env": "MINE=1\n",
      ".gitignore": "mine\n",
      "local-dynamodb.mjs": "// mine\n",
    };
    const scripts = { dev: "mine", "db:push": "mine" };
    const folder = folderWith({
      ...mine,
      "package.json": JSON.stringify(
        { name: "mine", scripts, dependencies: { "better-auth": "1.7.1", "auth-dynamodb": "file:x" } },
        null,
        4,
      ),
    });
    const { code, stdout } = await init(folder, "--language", "ts");
    expect(code).toBe(0);
    for (const [file, text] of Object.entries(mine)) {
      expect(read(folder, file)).toBe(text);
      expect(stdout).toMatch(new RegExp(`^${file.replaceAll(".", "\\.")}: is there, and was left alone$`, "m"));
    }
    expect(stdout).toContain('the script "db:push" is there, and was left alone');
    const changed = packageOf(folder);
    expect(changed).toMatchObject({ name: "mine", scripts });
    expect(changed.dependencies).toMatchObject({ "better-auth": "1.7.1", "auth-dynamodb": "file:x" });
    expect(changed.scripts["db:local"]).toBeDefined();
    expect(read(folder, "package.json")).toMatch(/^\{\n {4}"name"/);
  });

  it("changes nothing when it is run again", async () => {
    const folder = folderWith();
    await init(folder, "--yes");
    const before = readdirSync(folder).map((file) => read(folder, file));
    expect((await init(folder, "--yes")).stdout).toContain("package.json: says it all");
    expect(readdirSync(folder).map((file) => read(folder, file))).toEqual(before);
  });

  it("goes by what package.json names", async () => {
    const folder = folderWith({
      "package.json": JSON.stringify({
        scripts: { dev: "next dev" },
        dependencies: { next: "16.0.0", "next-auth": "5.0.0-beta.30" },
      }),
      "tsconfig.json": "{}",
    });
    mkdirSync(join(folder, "src"));
    expect((await init(folder)).code).toBe(0);
    expect(read(folder, "src/auth.ts")).toContain("NextAuth({");
    expect(existsSync(join(folder, "server.ts"))).toBe(false);
    expect(packageOf(folder).scripts["dev"]).toBe("next dev");

    const plain = folderWith({ "package.json": JSON.stringify({ dependencies: { "better-auth": "^1.7.0" } }) });
    expect((await init(plain)).code).toBe(0);
    expect(existsSync(join(plain, "auth.mjs"))).toBe(true);
  });

  it("asks at a terminal", async () => {
    const folder = folderWith();
    const { code } = await onTerminal(
      ["init", "--no-install", "--language", "js"],
      "authjs\n",
      {},
      folder,
      "[better-auth]",
    );
    expect(code).toBe(0);
    expect(read(folder, "auth.js")).toContain("DynamoDBAdapter");
  });

  const REFUSED: { what: string; files: Record<string, string>; flags: string[]; says: string }[] = [
    {
      what: "an open question where nobody can be asked",
      files: {},
      flags: [],
      says: "--library better-auth or authjs",
    },
    { what: "another library", files: {}, flags: ["--library", "lucia"], says: "better-auth" },
    { what: "a package.json that is none", files: { "package.json": "{" }, flags: ["--yes"], says: "no JSON" },
  ];

  it.each(REFUSED)("refuses $what, and writes nothing", async ({ files, flags, says }) => {
    const folder = folderWith(files);
    const { code, stderr } = await init(folder, ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(readdirSync(folder)).toEqual(Object.keys(files));
  });
});

describe("two commands, from an empty folder to a running application", () => {
  let packed: string;

  beforeAll(async () => {
    packed = mkdtempSync(join(tmpdir(), "init-packed-"));
    unpack(await packInto(packed), join(packed, "package"));
  });
  afterAll(() => rmSync(packed, { recursive: true, force: true }));

  /** What npm would install, by the names in package.json: from here. */
  function installInto(folder: string): void {
    const { dependencies, devDependencies } = packageOf(folder);
    mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      mkdirSync(join(folder, "node_modules", name, ".."), { recursive: true });
      if (name === "auth-dynamodb")
        execFileSync("cp", ["-r", join(packed, "package"), join(folder, "node_modules", name)]);
      else symlinkSync(`${ROOT}node_modules/${name}`, join(folder, "node_modules", name));
    }
    symlinkSync("../auth-dynamodb/dist/cli/main.js", join(folder, "node_modules/.bin/auth-dynamodb"));
    execFileSync("chmod", ["+x", join(folder, "node_modules/auth-dynamodb/dist/cli/main.js")]);
    if (devDependencies["tsx"]) symlinkSync("../tsx/dist/cli.mjs", join(folder, "node_modules/.bin/tsx"));
  }

  async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  /** Runs "npm run dev" until it says where it is. */
  async function startDev(folder: string): Promise<string> {
    const [port, engine] = [await freePort(), await freePort()];
    const env = { ...process.env, PORT: String(port), AWS_ENDPOINT_URL_DYNAMODB: `http://localhost:${engine}` };
    const child = spawn("npm", ["run", "dev"], { cwd: folder, detached: true, env, stdio: ["ignore", "pipe", "pipe"] });
    onTestFinished(() => void process.kill(-child.pid!, "SIGKILL"));
    let output = "";
    return new Promise((resolve, reject) => {
      const collect = (data: Buffer) => {
        output += String(data);
        const found = /^Ready: (\S+)$/m.exec(output);
        if (found) resolve(found[1]!);
      };
      child.stdout.on("data", collect);
      child.stderr.on("data", collect);
      child.once("exit", (code) => reject(new Error(`npm run dev ended with ${String(code)}: ${output}`)));
    });
  }

  const command = (folder: string, ...args: string[]) =>
    execFileSync(process.execPath, [join(packed, "package/dist/cli/main.js"), "init", "--no-install", ...args], {
      cwd: folder,
      encoding: "utf8",
    });

  it.each(["ts", "js"])("Better Auth in %s", async (language) => {
    const folder = folderWith();
    command(folder, "--library", "better-auth", "--language", language);
    installInto(folder);
    const { origin } = new URL(await startDev(folder));
    const post = (path: string, body: object) =>
      fetch(`${origin}/api/auth${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: "http://localhost:3000" },
        body: JSON.stringify(body),
      });
    const user = { email: "ada@example.com", password: "correct horse battery" };
    const signedUp = await post("/sign-up/email", { ...user, name: "Ada" });
    expect(await signedUp.json()).toMatchObject({ user: { email: "ada@example.com" } });
    expect((await post("/sign-in/email", user)).status).toBe(200);
    expect((await post("/sign-in/email", { ...user, password: "another one" })).status).toBe(401);
  });

  it.each(["ts", "js"])("Auth.js in %s", async (language) => {
    const folder = folderWith();
    command(folder, "--library", "authjs", "--language", language);
    installInto(folder);
    const { origin } = new URL(await startDev(folder));
    const page = await fetch(`${origin}/auth/csrf`);
    const cookie = page.headers
      .getSetCookie()
      .map((text) => text.split(";")[0]!)
      .join("; ");
    const { csrfToken } = (await page.json()) as { csrfToken: string };
    const sent = await fetch(`${origin}/auth/signin/magic-link`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ csrfToken, email: "ada@example.com" }),
    });
    expect(sent.status).toBe(302);
    expect(sent.headers.get("location")).toContain("verify-request");
  });
});
