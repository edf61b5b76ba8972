import { importFromBetterAuth } from "auth-dynamodb/setup";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { describe, expect, it } from "vitest";
import { engineNamed, engines } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";
import { appOptions, crowdOf, newApp } from "./old-app.ts";

const engine = engineNamed("dynoxide") ?? engines[0]!;

describe("moving in", () => {
  it.runIf(engine.transactions)(
    "fills transactions, and halves one that is refused until the culprit is alone",
    async () => {
      const crowd = crowdOf(100);
      const rows = {
        user: crowd.map(({ user }) => user),
        account: crowd.map(({ account }) => account),
        session: crowd.map(({ session }) => session),
        ...{ verification: [], organization: [], member: [], invitation: [] },
      };
      const old = betterAuth({ ...appOptions(), database: memoryAdapter(rows) });
      const client = engine.createClient();
      const { auth } = await newApp(client);
      const { adapter } = await auth.$context;
      await adapter.create({ model: "user", data: { email: "crowd-77@example.com", name: "First" } });
      const recording = recordRequests(client);
      const report = await importFromBetterAuth({ from: old, to: auth });
      recording.stop();

      expect(report.imported).toEqual({ user: 99, account: 99, session: 99 });
      expect(report.duplicates).toMatchObject([{ model: "user", fields: ["email"] }]);
      expect(report.leftOut.map(({ id, reason }) => [id, reason])).toEqual([
        ["session-77", "dangling"],
        ["account-77", "dangling"],
      ]);
      const written = recording.requests.filter(({ operation }) => operation === "TransactWriteItems");
      const of = (table: string) => written.filter(({ tables }) => tables[0]?.endsWith(`_${table}`)).length;
      // A user takes 2 items, a session 3, an account 4 with its user. Halves of 50: 25, 13, 7, 4, 2 and 1, two each.
      expect({ user: of("user"), session: of("session"), account: of("account") }).toEqual({
        ...{ user: 2 + 2 * 6, session: 3, account: 4 },
      });
    },
  );
});
