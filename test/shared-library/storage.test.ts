import { createMemoryDriver, createOrm, type OrmClient } from "auth-dynamodb";
import { bootstrapDatabase } from "auth-dynamodb/setup";
import { beforeAll, describe, expect, it } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";
import { createStorage, schema } from "./storage.ts";

type Orm = OrmClient<typeof schema>;

/** What applications pass to such a library. */
const applications: [string, () => Promise<Orm>][] = [
  ["memory", async () => createOrm({ schema, driver: createMemoryDriver() })],
  ...engines.flatMap((engine) =>
    (["atomic", "off"] as const).map((transactions): [string, () => Promise<Orm>] => [
      `${engine.name}, transactions ${transactions}`,
      () =>
        bootstrapDatabase({
          schema,
          client: engine.createClient(),
          dynamodb: { tablePrefix: uniquePrefix("library"), transactions, scans: "refuse" },
        }),
    ]),
  ),
];

const LATER = new Date("2030-01-01T00:00:00.000Z");
const NOW = new Date("2029-01-01T00:00:00.000Z");

// One set of expectations, whatever is below.
describe.each(applications)("a shared library's storage on %s", (_name, open) => {
  let storage: ReturnType<typeof createStorage>;
  beforeAll(async () => {
    storage = createStorage(await open());
  });

  const signedIn = async (name: string) => {
    const user = await storage.signIn({ provider: "github", subject: name }, `${name}@example.com`);
    if (!user) throw new Error("not signed in");
    return user;
  };

  it("signs in by a compound key, and makes the user once", async () => {
    const ada = await storage.signIn({ provider: "github", subject: "ada" }, " Ada@Example.com ");
    expect(ada).toMatchObject({ email: "ada@example.com", name: null, createdAt: expect.any(Date) as Date });
    expect(await signedIn("ada")).toEqual(ada);
    expect(await storage.signIn({ provider: "google", subject: "ada" }, "ada@example.com")).toBeNull();
    expect(await storage.linkIdentity(ada!.id, { provider: "google", subject: "ada" })).toEqual({ userId: ada!.id });
    expect(await storage.signIn({ provider: "google", subject: "ada" }, "other@example.com")).toEqual(ada);
  });

  it("moves an identity to another user", async () => {
    const [one, other] = [await signedIn("one"), await signedIn("other")];
    await storage.linkIdentity(one.id, { provider: "gitlab", subject: "shared" });
    await storage.linkIdentity(other.id, { provider: "gitlab", subject: "shared" });
    expect(await storage.signIn({ provider: "gitlab", subject: "shared" }, "x@example.com")).toEqual(other);
    expect(await storage.overview(one.id)).toEqual([{ email: "one@example.com" }, 0, 1]);
    expect(await storage.overview(other.id)).toEqual([{ email: "other@example.com" }, 0, 2]);
  });

  it("keeps sessions until they end", async () => {
    const { id: userId, email } = await signedIn("grace");
    for (const token of ["g1", "g2", "g3"]) await storage.openSession(userId, token, NOW);
    expect(await storage.userOf("g1", NOW)).toBeNull();
    await storage.openSession(userId, "g1", LATER);
    expect(await storage.userOf("g1", NOW)).toEqual({ id: userId, email });
    const ends = await Promise.all([1, 2, 3, 4].map(() => storage.closeSession("g1")));
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(await storage.userOf("g1", NOW)).toBeNull();
    expect(await storage.closeSessions(userId)).toBe(2);
    expect(await storage.overview(userId)).toEqual([{ email }, 0, 1]);
  });

  it("lists members and organizations, many to many", async () => {
    const users = await Promise.all(["m1", "m2", "m3"].map(signedIn));
    const ids = users.map((user) => user.id);
    const acme = await storage.createOrganization("acme", ids);
    await storage.createOrganization("zeta", ids.slice(1));
    expect(await storage.membersOf("acme")).toEqual(
      ["m1", "m2", "m3"].map((name) => ({ email: `${name}@example.com` })),
    );
    expect(await storage.organizationsOf(ids[0]!)).toEqual({ organizations: [{ slug: "acme" }] });
    expect(await storage.organizationsOf(ids[2]!)).toEqual({ organizations: [{ slug: "acme" }, { slug: "zeta" }] });
    expect(await storage.membersOf("nobody")).toEqual([]);
    expect(await storage.promote(acme.id, ids[1]!)).toEqual({ role: "admin" });
    expect(await storage.promote(acme.id, "nobody")).toBeNull();
    await expect(storage.createOrganization("acme", [])).rejects.toMatchObject({
      code: "UNIQUE_CONSTRAINT_VIOLATION",
      meta: { model: "organization", target: ["slug"], constraint: "organization.slug" },
    });
  });
});
