import { createAuthSchema, dynamodbAdapter } from "auth-dynamodb/better-auth";
import { pushSchema } from "auth-dynamodb/setup";
import { betterAuth } from "better-auth";
import { describe, expect, it } from "vitest";
import { layoutsOf } from "../../orm/dynamodb/layout/model-layout.ts";
import { compileManifest } from "../../orm/schema/compile-manifest.ts";
import { audit } from "../fault/audit.ts";
import { PATIENT_MS } from "../fault/schema.ts";
import { readItems, recordsOf } from "../fault/storage.ts";
import { enginesWithConflicts, uniquePrefix } from "../support/engines.ts";
import { seed } from "../support/seed.ts";
import { orphanAuthOptions, silent, tokenOf } from "./orphan-models.ts";
import { postAs } from "./orphan-races.ts";
import { invitationRow, organizationRows, userRows } from "./orphan-rows.ts";

const GUESTS = 50;

// All assert in their writes that the one organization is there: an engine may refuse assertions that meet.
describe.each(enginesWithConflicts)("on $name", (engine) => {
  it.each([true, false])(
    `${GUESTS} invitations accepted at once all succeed (transactions: %s)`,
    async (transaction) => {
      const client = engine.createClient();
      const table = uniquePrefix("invitations");
      const options = orphanAuthOptions();
      const schema = createAuthSchema(options);
      await pushSchema({ schema, client, table });
      const guests = Array.from({ length: GUESTS }, (_, n) => n);
      const by = { organizationId: "org-0", inviterId: "owner-0" };
      await seed(client, schema, { table }, [
        ...userRows("owner", 0),
        ...organizationRows("org", 0, "owner-0"),
        ...guests.flatMap((n) => [...userRows("guest", n), invitationRow("guest", n, by)]),
      ]);
      const patience = { contentionBudget: PATIENT_MS, logger: silent };
      const database = dynamodbAdapter({ client, table, scans: "refuse", transaction, ...patience });
      const { handler } = betterAuth({ ...options, database });
      const answers = await Promise.all(
        guests.map((n) =>
          postAs(handler, "/organization/accept-invitation", { invitationId: `guest-${n}` }, tokenOf("guest", n)),
        ),
      );
      expect(answers.filter((status) => status !== 200)).toEqual([]);
      const records = recordsOf(layoutsOf(compileManifest(schema), { table }), await readItems(client, table));
      const members = records.filter(({ layout }) => layout.model.name === "member");
      expect(new Set(members.map(({ values }) => values["userId"])).size).toBe(GUESTS + 1);
      expect(await audit({ schema, client, table })).toEqual([]);
    },
  );
});
