import { request } from "node:http";
import { afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startServer, type RunningStudio } from "../../cli/studio/http/server.ts";
import { engineNamed, engines, uniquePrefix } from "../support/engines.ts";
import { startProxy } from "../support/proxy.ts";
import { ADA, createPeople, openStudio } from "./studio-app.ts";

const engine = engineNamed("dynoxide") ?? engines[0]!;
const client = engine.createClient();
const table = `${uniquePrefix("serve")}auth`;
const assets = new Map([["/", { type: "text/html; charset=utf-8", content: "<!doctype html>" }]]);
const running = new Set<RunningStudio>();

async function start(studio = openStudio(client, table), onOpened?: () => void): Promise<RunningStudio> {
  const one = await startServer({ studio, assets, port: 0, ...(onOpened ? { onOpened } : {}) });
  running.add(one);
  return one;
}

const tokenOf = (address: string) => new URLSearchParams(new URL(address).hash.slice(1)).get("token")!;

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string | undefined>;
  readonly body?: string;
}

interface Got {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  // Of the shape that each test knows.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: () => any;
}

/** A request as a browser's page sends it, where `headers` do not say otherwise: fetch allows no other host. */
function send({ port }: RunningStudio, { method = "POST", path, headers = {}, body = "{}" }: Sent): Promise<Got> {
  const own = {
    host: `127.0.0.1:${port}`,
    origin: `http://127.0.0.1:${port}`,
    "content-type": "application/json",
    "sec-fetch-site": "same-origin",
  };
  const all = Object.entries({ ...own, ...headers }).filter(([, value]) => value !== undefined) as [string, string][];
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", method, path, headers: Object.fromEntries(all) }, (response) => {
      let text = "";
      response.on("data", (data: Buffer) => (text += String(data)));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: () => JSON.parse(text) as unknown,
        }),
      );
    });
    sent.once("error", reject);
    sent.end(method === "POST" ? body : undefined);
  });
}

async function keyOf(one: RunningStudio): Promise<string> {
  const opened = await send(one, { path: "/api/open", body: JSON.stringify({ token: tokenOf(one.address()) }) });
  return `Bearer ${opened.json().result.key as string}`;
}

const find = { path: "/api/find", body: JSON.stringify({ model: "user", text: ADA }) };

beforeAll(() => createPeople(client, table));
afterEach(async () => {
  await Promise.all([...running].map((one) => one.stop()));
  running.clear();
});

describe("an address", () => {
  it("opens one page, and no other", async () => {
    let told = 0;
    const one = await start(undefined, () => told++);
    const open = { path: "/api/open", body: JSON.stringify({ token: tokenOf(one.address()) }) };
    const opened = await send(one, open);
    expect(opened.status).toBe(200);
    const authorization = `Bearer ${opened.json().result.key as string}`;
    expect(await send(one, { ...find, headers: { authorization } })).toMatchObject({ status: 200 });
    expect(await send(one, open)).toMatchObject({ status: 401 });
    expect(told).toBe(1);
  });

  it("is nothing that can be guessed, left out, or brought from another studio", async () => {
    const [one, other] = [await start(), await start()];
    for (const token of ["", "x", undefined, null, [tokenOf(one.address())].concat("x"), tokenOf(other.address())]) {
      const answer = await send(one, { path: "/api/open", body: JSON.stringify({ token }) });
      expect(answer).toMatchObject({ status: 401 });
    }
    for (const authorization of [undefined, "", "Bearer ", `Bearer ${tokenOf(one.address())}`, await keyOf(other)])
      expect(await send(one, { ...find, headers: { authorization } })).toMatchObject({ status: 401 });
    expect(await send(one, { ...find, headers: { authorization: await keyOf(one) } })).toMatchObject({ status: 200 });
  });
});

describe("a request", () => {
  it.each([
    ["to another name of this address", { host: "studio.example.com" }, 403],
    ["to another port's name", { host: "127.0.0.1:1" }, 403],
    ["from another page", { origin: "http://evil.example.com" }, 403],
    ["from another port's page", { origin: "http://127.0.0.1:1" }, 403],
    ["from nowhere", { origin: undefined }, 403],
    ["from a page in a sandbox", { origin: "null" }, 403],
    ["from another site, by the browser's own word", { "sec-fetch-site": "cross-site" }, 403],
    ["of a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
    ["of text, which needs no leave of the server", { "content-type": "text/plain" }, 415],
  ])("%s is refused, even with the key", async (_, headers, status) => {
    const one = await start();
    const authorization = await keyOf(one);
    expect(await send(one, { ...find, headers: { authorization, ...headers } })).toMatchObject({ status });
  });

  it("to a page under another name is refused as well: no name is bound to this address", async () => {
    const one = await start();
    const page = { method: "GET", path: "/" };
    expect(await send(one, { ...page, headers: { host: "studio.example.com" } })).toMatchObject({ status: 403 });
    expect(await send(one, page)).toMatchObject({ status: 200, text: "<!doctype html>" });
    expect(await send(one, { method: "GET", path: "/../package.json" })).toMatchObject({ status: 404 });
    expect(await send(one, { method: "OPTIONS", path: "/api/find" })).toMatchObject({ status: 405 });
    expect(await send(one, { method: "GET", path: "/api/find" })).toMatchObject({ status: 405 });
  });

  it("is answered under a strict policy, and to nobody else", async () => {
    const one = await start();
    const answers = [await send(one, { method: "GET", path: "/" }), await send(one, find)];
    for (const { headers } of answers) {
      expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(headers["content-security-policy"]).not.toMatch(/unsafe|https?:|\*/);
      expect(headers).toMatchObject({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
  });

  it("is refused where its body is no JSON object, or has no end", async () => {
    const one = await start();
    const headers = { authorization: await keyOf(one) };
    for (const body of ["", "[]", "null", "{", `{"model":"${"x".repeat(1_000_001)}"}`])
      expect(await send(one, { path: "/api/find", body, headers })).toMatchObject({ status: 400 });
  });
});

describe("an engine that is down", () => {
  it("is told, as an answer and as a job's line, and the studio goes on when it is back", async () => {
    let down = true;
    const proxy = await startProxy(engine.endpoint, (_, forward) =>
      down ? Promise.reject(new Error("down")) : forward(),
    );
    onTestFinished(() => proxy.stop());
    const one = await start(openStudio(engine.createClient({ endpoint: proxy.endpoint, maxAttempts: 1 }), table));
    const headers = { authorization: await keyOf(one) };
    const failed = await send(one, { ...find, headers });
    expect(failed.status).toBe(502);
    expect(failed.json()).toMatchObject({ refusal: { message: expect.stringContaining("DynamoDB") as unknown } });
    const job = await send(one, { path: "/api/count", headers });
    expect(job.status).toBe(200);
    expect(JSON.parse(job.text.trim().split("\n").at(-1)!)).toHaveProperty("refusal");
    down = false;
    expect(await send(one, { ...find, headers })).toMatchObject({ status: 200 });
  });
});

describe("two studios at once", () => {
  it("agree on who was first: the second is told that it is gone, or has been changed", async () => {
    const both = [await start(), await start()];
    const keys = await Promise.all(both.map(keyOf));
    const all = (path: string, body: object) =>
      Promise.all(
        both.map((one, i) =>
          send(one, { path, body: JSON.stringify(body), headers: { authorization: keys[i]! } }).then(
            ({ status }) => status,
          ),
        ),
      );
    const change = { model: "user", id: "ada", field: "name", was: "Ada Lovelace", text: "Ada" };
    expect((await all("/api/change", change)).sort()).toEqual([200, 409]);
  });
});
