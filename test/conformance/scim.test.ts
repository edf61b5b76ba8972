import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { SCIMOptions } from "@better-auth/scim";
import { runSCIMLifecycle, type SCIMLifecycleCheckpoint } from "@better-auth/test-utils/scim";
import type { BetterAuthAdapterOptions } from "auth-dynamodb/better-auth";
import { createOrmFromRuntime } from "auth-dynamodb/runtime";
import { auditStorage, pushSchema } from "auth-dynamodb/setup";
import { toNodeHandler } from "better-auth/node";
import { afterEach, describe, expect, it } from "vitest";
import { engines, type Engine } from "../support/engines.ts";
import { createScimApp, TOKEN } from "../support/scim-app.ts";

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** What the application makes of the directory's groups. It can be told to fail. */
class Projection {
  failing = false;
  readonly #roles = new Map<string, readonly string[]>();

  readonly option: SCIMOptions["projection"] = {
    roles: { map: ({ source }) => [source.displayName], exists: () => true },
    reconcileUser: ({ userId, grants }) => {
      if (this.failing) throw new Error("the application has failed");
      this.#roles.set(
        userId,
        grants.map(({ role }) => role),
      );
    },
  };

  /** Of all users together. */
  get roles(): readonly string[] {
    return [...this.#roles.values()].flat();
  }
}

/** An application that a directory provisions. */
function createAuth(engine: Engine, options: Partial<BetterAuthAdapterOptions>, baseURL = "http://127.0.0.1") {
  const projection = new Projection();
  const settings = { projection: projection.option, adapter: options, auth: { baseURL } };
  return { ...createScimApp(engine.createClient(), settings), projection };
}

/** The same, served over HTTP. */
async function serve(engine: Engine, options: Partial<BetterAuthAdapterOptions>) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const app = createAuth(engine, options, baseURL);
  await pushSchema({ schema: app.schema, client: app.client, tablePrefix: app.tablePrefix });
  const handle = toNodeHandler(app.auth);
  server.on("request", (request, response) => void handle(request, response));
  return { ...app, baseURL };
}

describe.each(engines)("SCIM on $name", (engine) => {
  it("a directory's users and groups live through the official suite", async () => {
    const { baseURL, client, tablePrefix, schema, projection } = await serve(engine, { scans: "refuse" });
    const orm = await createOrmFromRuntime({ schema, client, tablePrefix, scans: "allow" });
    const stored: [SCIMLifecycleCheckpoint, number, readonly string[]][] = [];
    await runSCIMLifecycle({
      baseURL,
      token: TOKEN,
      testId: "lifecycle",
      projectionFailure: {
        enable: () => (projection.failing = true),
        disable: () => (projection.failing = false),
      },
      onCheckpoint: async (checkpoint) => {
        stored.push([checkpoint, await orm["scimGroupMember"]!.count(), projection.roles]);
      },
    });
    const role = ["Finance administrators"];
    expect(stored).toEqual([
      ["group-created", 0, []],
      ["failed-add-rolled-back", 0, []],
      ["member-added", 1, role],
      ["okta-member-removed", 0, []],
      ["entra-member-removed", 0, []],
      ["member-restored", 1, role],
      ["user-deactivated", 1, []],
      ["user-reactivated", 1, role],
      ["populated-user-deleted", 0, []],
      ["user-reprovisioned", 0, []],
      ["reprovisioned-member-added", 1, role],
      ["populated-group-deleted", 0, []],
      ["lifecycle-complete", 0, []],
    ]);
    for await (const { findings } of auditStorage({ schema, client, tablePrefix })) expect(findings).toEqual([]);
  });

  // The plugin asks for transactions that take back what they wrote: without, it does not start, and there is nothing
  // that the suite could run on.
  it("does not start where the adapter's transactions are off", async () => {
    const { auth } = createAuth(engine, { transaction: false });
    await expect(auth.$context).rejects.toThrow("native transaction support");
  });
});
