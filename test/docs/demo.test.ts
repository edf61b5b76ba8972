import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import type { Comparison } from "../../examples/better-auth/processes.ts";
import { hasBrowser, useBrowser } from "../support/browser.ts";
import { readCosts } from "./cost-table.ts";

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
  // Not by tsx's own command: that gives its child 30 ms to answer a signal, and sends another one, which kills.
  const child = spawn(process.execPath, ["--import", "tsx", "examples/better-auth/server.ts"], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const exit = once(child, "exit").then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }));
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

const operations = (requests: readonly ShownRequest[]) =>
  requests.map(({ operation, tables }) => `${operation} ${tables.join()}`);

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
  // A user with its e-mail, an account with its two entries, a session with its two, each held and released; and the
  // transaction itself: begun, decided, and at its end.
  expect(operations(signedUp.requests).sort()).toEqual([
    "DeleteItem account",
    "GetItem user",
    ...Array<string>(4).fill("PutItem account"),
    ...Array<string>(3).fill("PutItem session"),
    ...Array<string>(2).fill("PutItem user"),
    ...Array<string>(4).fill("UpdateItem account"),
    ...Array<string>(3).fill("UpdateItem session"),
    ...Array<string>(2).fill("UpdateItem user"),
  ]);
  for (const { readUnits, writeUnits, ms, error } of signedUp.requests) {
    expect((readUnits ?? 0) + (writeUnits ?? 0)).toBeGreaterThan(0);
    expect(ms).toBeGreaterThan(0);
    expect(error).toBeUndefined();
  }

  // Two at once: each is told its own requests. Reads of one tick are one request, and one of the two is told of it.
  // One may have to wait for the user, whom the other holds.
  const [onPhone, onTablet] = await Promise.all([phone("/sign-in/email", user), tablet("/sign-in/email", user)]);
  const writes = (requests: ShownRequest[]) => operations(requests).filter((name) => name.startsWith("PutItem"));
  for (const { requests } of [onPhone, onTablet]) expect(writes(requests)).toContain("PutItem session");
  expect(operations([...onPhone.requests, ...onTablet.requests])).toContain("Query account");

  const session = await laptop("/get-session");
  // This process has made both: it remembers where they live.
  expect(operations(session.requests)).toEqual(["BatchGetItem user,session"]);

  const sessions = await laptop("/list-sessions");
  expect(sessions.body).toHaveLength(3);
  expect(operations(sessions.requests)).toContain("Query session");

  const revoked = await laptop("/revoke-session", { token: onPhone.body.token });
  // The session, its two entries, and the name of the transaction.
  expect(operations(revoked.requests).filter((name) => name === "DeleteItem session")).toHaveLength(4);
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

/** Requests of each flow, cold and known. Dynalite has no transactions: its figures are not AWS's. */
const PROCESSES = [
  ["sign up", "20", "20"],
  ["sign in", "12", "11"],
  ["get session", "2", "1"],
  ["list sessions", "4", "3"],
  ["revoke other sessions", "12", "11"],
  ["sign out", "11", "10"],
];

/** Requests, of "requests / round trips": which of them overlap is a matter of timing on a busy machine. */
const requestsIn = (cells: readonly string[]) => cells.map((cell) => cell.replace(/ \/ \d+$/, ""));

describe("what a process remembers", () => {
  const open = useBrowser();

  it("is printed, and shown on the page", async () => {
    const demo = await startDemo(0);
    const response = await fetch(`${demo.address}/processes`);
    const comparisons = (await response.json()) as Comparison[];
    const text = ({ requests, roundTrips }: Comparison["cold"]) => `${requests} / ${roundTrips}`;
    const rows = comparisons.map(({ flow, cold, known }) => [flow, text(cold), text(known)]);
    expect(rows.map(requestsIn)).toEqual(PROCESSES);
    for (const { cold, known } of comparisons) {
      expect(cold.roundTrips).toBeLessThanOrEqual(cold.requests);
      expect(known.roundTrips).toBeLessThanOrEqual(known.requests);
    }
    if (hasBrowser) {
      const { page, problems } = await open({ viewport: { width: 390, height: 800 } });
      await page.goto(demo.address);
      const shown = page.locator("#processes tbody tr");
      await shown.first().waitFor();
      expect((await shown.allInnerTexts()).map((row) => requestsIn(row.split("\t")))).toEqual(PROCESSES);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      expect(problems).toEqual([]);
    }
    await demo.stop("SIGTERM");
    const printed = demo.output().split("\n");
    for (const [flow = "", cold = "", known = ""] of rows)
      expect(printed).toContain(`  ${flow.padEnd(22)}${cold.padStart(8)}${known.padStart(8)}`);
  });

  it("saves what the table of docs/costs.md says", () => {
    const requests = (cost = "") => Number(cost.split(" / ")[0]);
    const costs = readCosts();
    const same = PROCESSES.filter(([name]) => costs.some(({ flow }) => flow === name));
    expect(same.length).toBe(5);
    for (const [name, cold, known] of same) {
      const row = costs.find(({ flow }) => flow === name)!;
      expect(requests(cold) - requests(known), name).toBe(requests(row.cost) - requests(row.known));
    }
  });
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
