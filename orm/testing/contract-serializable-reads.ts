import { expect, it } from "vitest";
import type { Isolation } from "../driver.ts";
import { errorOf, fresh, type ContractClient } from "./contract-schema.ts";

export const SERIALIZABLE = { isolation: "serializable" } as const;
export const CONFLICT = { name: "OrmError", code: "TRANSACTION_CONFLICT", retryable: true };

/** The client of the driver that is tested. */
export type Client = () => ContractClient;

type Change = (orm: ContractClient, id: string) => Promise<unknown>;

const CHANGES: Readonly<Record<string, Change>> = {
  changed: (orm, id) => orm.user.update({ where: { id }, data: { name: "outside" } }),
  "moved to another key": (orm, id) => orm.user.update({ where: { id }, data: { email: fresh("email") } }),
  deleted: (orm, id) => orm.user.delete({ where: { id } }),
  "changed, and changed back": async (orm, id) => {
    await orm.user.update({ where: { id }, data: { age: 2 } });
    await orm.user.update({ where: { id }, data: { age: 1 } });
  },
  "deleted, and made again": async (orm, id) => {
    const data = (await orm.user.consume({ where: { id } }))!;
    await orm.user.create({ data });
  },
};

interface User {
  readonly id: string;
  readonly email: string;
  readonly space: string;
}

const READS: readonly ((tx: ContractClient, user: User) => Promise<unknown>)[] = [
  (tx, { email }) => tx.user.findUnique({ where: { email } }),
  (tx, { id }) => tx.user.findMany({ where: { id: { in: [id, fresh("id")] } } }),
  (tx, { space }) => tx.user.findMany({ where: { space } }),
  (tx, { space }) => tx.user.count({ where: { space } }),
  // What does not match has decided as well.
  (tx, { email }) => tx.user.update({ where: { email, age: 7 }, data: { name: "inside" } }),
  (tx, { id }) => tx.user.findFirst({ where: { id, name: "somebody" } }),
  // What is written afterwards may depend on all of it.
  (tx, { id }) => tx.user.findUnique({ where: { id } }).then(() => tx.user.delete({ where: { id } })),
];

/** That a transaction which reads, and writes something of its own, finds at its commit what others did between. */
async function expectConflict(
  orm: ContractClient,
  title: string,
  run: (tx: ContractClient) => Promise<unknown>,
): Promise<void> {
  const made = fresh("email");
  const attempt = orm.transaction(async (tx) => {
    await run(tx);
    await tx.user.create({ data: { email: made } });
  }, SERIALIZABLE);
  expect(await errorOf(attempt), title).toMatchObject(CONFLICT);
  expect(await orm.user.findUnique({ where: { email: made } })).toBeNull();
}

/** Records that were read. */
export function recordTests(client: Client): void {
  for (const [title, change] of Object.entries(CHANGES)) {
    it(`conflict where a record that they have read is ${title}`, async () => {
      const orm = client();
      for (const read of READS) {
        const user = await orm.user.create({ data: { email: fresh("email"), space: fresh("space"), age: 1 } });
        await expectConflict(orm, String(read), async (tx) => {
          await read(tx, user);
          await change(orm, user.id);
        });
      }
    });
  }

  it("commit where others changed what they have not read", async () => {
    const orm = client();
    const space = fresh("space");
    const [read, other] = await orm.user.createMany({ data: [1, 2].map(() => ({ email: fresh("email"), space })) });
    await orm.transaction(async (tx) => {
      await tx.user.findUnique({ where: { id: read!.id } });
      await orm.user.update({ where: { id: other!.id }, data: { name: "outside" } });
      await tx.user.create({ data: { email: fresh("email"), space } });
    }, SERIALIZABLE);
    expect(await orm.user.count({ where: { space } })).toBe(3);
  });

  it("conflict over a record that they refer to, where they have read it", async () => {
    const orm = client();
    const { id } = await orm.parent.create({ data: { code: fresh("code") } });
    const refer = (options: { readonly isolation?: Isolation }, model: "child" | "restricted") =>
      orm.transaction(async (tx) => {
        await tx.parent.findUnique({ where: { id } });
        await orm.parent.update({ where: { id }, data: { note: fresh("note") } });
        if (model === "child") await tx.child.create({ data: { parentId: id } });
        else await tx.restricted.create({ data: { parentId: id } });
      }, options);
    for (const model of ["child", "restricted"] as const) {
      await refer({}, model);
      expect(await errorOf(refer(SERIALIZABLE, model))).toMatchObject(CONFLICT);
    }
    expect(await orm.child.count({ where: { parentId: id } })).toBe(1);
    expect(await orm.restricted.count({ where: { parentId: id } })).toBe(1);
  });
}

/** Ids and unique values that were looked up and found free. */
export function keyTests(client: Client): void {
  takenTests(client);
  freeTests(client);
}

function takenTests(client: Client): void {
  it("conflict where a key that they found free was taken", async () => {
    const orm = client();
    const looks: readonly ((tx: ContractClient, handle: string, id: string) => Promise<unknown>)[] = [
      (tx, handle) => tx.user.findUnique({ where: { handle } }),
      (tx, handle) => tx.user.count({ where: { handle, active: true } }),
      (tx, handle) => tx.user.findMany({ where: { handle: { in: [handle, fresh("handle")] } } }),
      (tx, _, id) => tx.user.findUnique({ where: { id } }),
      (tx, _, id) => tx.user.update({ where: { id }, data: { name: "inside" } }),
    ];
    for (const look of looks) {
      const [handle, id] = [fresh("handle"), fresh("id")];
      await expectConflict(orm, String(look), async (tx) => {
        await look(tx, handle, id);
        await orm.user.create({ data: { id, handle, email: fresh("email") } });
      });
    }
  });

  it("let one of two have a key that both found free, and both go where neither takes it", async () => {
    const orm = client();
    const handle = fresh("handle");
    const claim = (email: string, between: () => Promise<unknown>) =>
      orm.transaction(
        async (tx) => {
          const taken = await tx.user.findUnique({ where: { handle } });
          await tx.user.create({ data: { email, ...(taken ? {} : { handle }) } });
          await between();
        },
        { ...SERIALIZABLE, retries: 1 },
      );
    const [first, second] = [fresh("email"), fresh("email")];
    let others = 1;
    await claim(first, async () => (others-- > 0 ? claim(second, async () => undefined) : undefined));
    expect(await orm.user.findUnique({ where: { email: first } })).toMatchObject({ handle: null });
    expect(await orm.user.findUnique({ where: { email: second } })).toMatchObject({ handle });

    const free = fresh("handle");
    const look = (between: () => Promise<unknown>) =>
      orm.transaction(async (tx) => {
        expect(await tx.user.findUnique({ where: { handle: free } })).toBeNull();
        await between();
      }, SERIALIZABLE);
    await look(() => look(async () => undefined));
  });
}

function freeTests(client: Client): void {
  it("let a key that was free be taken by themselves, also where it was taken and freed meanwhile", async () => {
    const orm = client();
    const [handle, email] = [fresh("handle"), fresh("email")];
    await orm.transaction(async (tx) => {
      expect(await tx.user.findUnique({ where: { handle } })).toBeNull();
      const { id } = await orm.user.create({ data: { handle, email: fresh("email") } });
      await orm.user.delete({ where: { id } });
      await tx.user.create({ data: { handle, email } });
    }, SERIALIZABLE);
    expect(await orm.user.findUnique({ where: { email } })).toMatchObject({ handle });
  });

  it("say that a reference leads nowhere, where they have seen that", async () => {
    const orm = client();
    const attempt = orm.transaction(async (tx) => {
      const parentId = fresh("id");
      expect(await tx.parent.findUnique({ where: { id: parentId } })).toBeNull();
      await tx.child.create({ data: { parentId } });
    }, SERIALIZABLE);
    expect(await errorOf(attempt)).toMatchObject({ code: "FOREIGN_KEY_VIOLATION" });
  });
}
