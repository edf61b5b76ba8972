import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import type { AddressInfo } from "node:net";
import { afterAll, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A request as the demo's answers name it. */
interface ShownRequest {
  operation: string;
  tables: string[];
  readUnits?: number;
  writeUnits?: number;
  ms: number;
  error?: string;
}

const children = new Set<ChildProcess>();

afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** Runs what `npm run demo` runs, until it has printed its address. */
async function startDemo(port: number) {
  const child = spawn(process.execPath, ["node_modules/tsx/dist/cli.mjs", "examples/better-auth/server.ts"], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const exit = once(child, "exit").then(([code, signal]) => ({ code: code as number | null, signal: signal as string | null }));
  let output = "";
  const address = await new Promise<string>((resolve, reject) => {
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      const found = /demo: (http:\/\/localhost:\d+)\n/.exec(output);
      if (found) resolve(found[1]!);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    exit.then(() => reject(new Error(`The demo ended: ${output}`)), reject);
  });
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const ended = await exit;
    children.delete(child);
    return ended;
  };
  return { address, stop, output: () => output };
}

/** A browser with a cookie of its own, that reads what the page reads. */
function browserOf(address: string) {
  const cookies = new Map<string, string>();
  return async (path: string, body?: object) => {
    const response = await fetch(`${address}/api/auth${path}`, {
      method: body ? "POST" : "GET",
      headers: {
        "content-type": "application/json",
        origin: address,
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = "", value = ""] = cookie.split(";")[0]!.split(/=(.*)/s);
      if (/max-age=0/i.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const requests = JSON.parse(response.headers.get("dynamodb-requests") ?? "null") as ShownRequest[];
    return { status: response.status, body: await response.json(), requests };
  };
}

const operations = (requests: readonly ShownRequest[]) => requests.map(({ operation, tables }) => `${operation} ${tables.join()}`);

it("signs up and in, shows and revokes sessions, and names the requests of each step", async () => {
  const demo = await startDemo(0);
  const page = await fetch(demo.address);
  expect(page.headers.get("content-type")).toContain("text/html");
  const html = await page.text();
  for (const [, file] of html.matchAll(/(?:src|href)="([^":]+)"/g)) {
    expect((await fetch(`${demo.address}/${file}`)).status, file).toBe(200);
  }
  expect(html).not.toMatch(/https?:/);

  const laptop = browserOf(demo.address);
  const phone = browserOf(demo.address);
  const tablet = browserOf(demo.address);
  const user = { email: "ada@example.com", password: "correct horse" };

  const signedUp = await laptop("/sign-up/email", { ...user, name: "Ada" });
  expect(signedUp.status).toBe(200);
  // A user with its e-mail, an account with its two entries, a session with its two.
  expect(operations(signedUp.requests).sort()).toEqual([
    "GetItem user",
    ...Array<string>(3).fill("PutItem account"),
    ...Array<string>(3).fill("PutItem session"),
    ...Array<string>(2).fill("PutItem user"),
  ]);
  for (const { readUnits, writeUnits, ms, error } of signedUp.requests) {
    expect((readUnits ?? 0) + (writeUnits ?? 0)).toBeGreaterThan(0);
    expect(ms).toBeGreaterThan(0);
    expect(error).toBeUndefined();
  }

  // Two at once: each is told its own requests.
  const [onPhone, onTablet] = await Promise.all([phone("/sign-in/email", user), tablet("/sign-in/email", user)]);
  expect(operations(onPhone.requests).sort()).toEqual(operations(onTablet.requests).sort());
  expect(operations(onPhone.requests)).toContain("Query account");

  const session = await laptop("/get-session");
  expect(operations(session.requests)).toEqual(["GetItem session", "GetItem user"]);

  const sessions = await laptop("/list-sessions");
  expect(sessions.body).toHaveLength(3);
  expect(operations(sessions.requests)).toContain("Query session");

  const revoked = await laptop("/revoke-session", { token: onPhone.body.token });
  expect(operations(revoked.requests).filter((name) => name === "DeleteItem session")).toHaveLength(3);
  expect((await phone("/get-session")).body).toBeNull();
  expect((await tablet("/get-session")).body).not.toBeNull();

  const others = await laptop("/revoke-other-sessions", {});
  expect(operations(others.requests)).toContain("DeleteItem session");
  expect((await tablet("/get-session")).body).toBeNull();
  expect((await laptop("/list-sessions")).body).toHaveLength(1);

  const signedOut = await laptop("/sign-out", {});
  expect(operations(signedOut.requests)).toContain("DeleteItem session");
  const nobody = await laptop("/get-session");
  expect(nobody).toMatchObject({ body: null, requests: [] });

  expect(await demo.stop("SIGTERM")).toEqual({ code: 0, signal: null });
  expect(demo.output()).not.toMatch(/error|warn/i);
});

it("takes the next free port where the wanted one is taken, and ends on Ctrl-C", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as AddressInfo;
  try {
    const demo = await startDemo(port);
    expect(Number(new URL(demo.address).port)).toBeGreaterThan(port);
    expect((await fetch(demo.address)).status).toBe(200);
    expect(await demo.stop("SIGINT")).toEqual({ code: 0, signal: null });
  } finally {
    await new Promise((resolve) => taken.close(resolve));
  }
});
