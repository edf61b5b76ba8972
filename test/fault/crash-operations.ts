import type { FaultClient } from "./schema.ts";

export type Values = Record<string, unknown>;

/** Records by `<model> <id>`; null for one that is not there. */
export type World = Map<string, Values | null>;

/** One write, and the records it changes as they are once it has happened. */
export interface CrashOperation {
  readonly name: string;
  readonly after: Readonly<Record<string, Values | null>>;
  run(orm: FaultClient): Promise<unknown>;
}

/** What operations are drawn from: a worker's own subjects, as they are now. */
interface Draw {
  readonly world: World;
  readonly random: () => number;
}

/** Two users who are the worker's own, each with a session, an account and a token at times. */
export function nextOperation(draw: Draw, worker: string): CrashOperation {
  const subject = `${worker}${draw.random() < 0.5 ? "a" : "b"}`;
  const possible = candidates(draw, worker, subject);
  return possible[Math.floor(draw.random() * possible.length)]!;
}

function candidates(draw: Draw, worker: string, subject: string): CrashOperation[] {
  const user = draw.world.get(`user ${subject}`);
  return [
    ...(user ? userOperations(draw, worker, user) : creations(draw, subject)),
    ...sessionOperations(draw, subject),
    ...accountOperations(draw, subject),
  ];
}

/** Of a few values each, so that values come back that a crash may have left entries of. */
function variant(draw: Draw, subject: string, kind: string): string {
  return `${subject}-${kind}-${Math.floor(draw.random() * 3)}`;
}

/** An e-mail that no other user has: after a swap another may have one of these. */
function freeEmail(draw: Draw, id: string): string {
  const taken = [...draw.world].flatMap(([key, values]) =>
    key.startsWith("user ") && key !== `user ${id}` && values ? [values["email"]] : [],
  );
  for (;;) {
    const email = `${variant(draw, id, "mail")}@example.com`;
    if (!taken.includes(email)) return email;
  }
}

function creations(draw: Draw, id: string): CrashOperation[] {
  const email = freeEmail(draw, id);
  const handle = draw.random() < 0.5 ? null : variant(draw, id, "handle");
  const user = { id, email, handle, space: "crowd", name: "new", logins: 0 };
  const session = { id, token: variant(draw, id, "token"), userId: id, note: null, expiresAt: inDays(draw, 7) };
  const create: CrashOperation = {
    name: "create",
    after: { [`user ${id}`]: user },
    run: (orm) => orm.user.create({ data: user }),
  };
  const upsert: CrashOperation = {
    name: "upsert that creates",
    after: { [`user ${id}`]: user },
    run: (orm) => orm.user.upsert({ where: { email }, create: user, update: { name: "again" } }),
  };
  if (draw.world.get(`session ${id}`)) return [create, upsert];
  const signUp: CrashOperation = {
    name: "transaction that creates",
    after: { [`user ${id}`]: user, [`session ${id}`]: session },
    run: (orm) =>
      orm.transaction(async (tx) => {
        await tx.user.create({ data: user });
        await tx.session.create({ data: session });
      }),
  };
  return [create, upsert, signUp, signUp];
}

function userOperations(draw: Draw, worker: string, user: Values): CrashOperation[] {
  const id = user["id"] as string;
  const key = `user ${id}`;
  const update = (name: string, data: Values): CrashOperation => ({
    name,
    after: { [key]: { ...user, ...data } },
    run: (orm) => orm.user.update({ where: { id }, data }),
  });
  const email = freeEmail(draw, id);
  return [
    update("update", { name: `name-${Math.floor(draw.random() * 1000)}` }),
    update("change of e-mail", { email }),
    update("change of e-mail, handle and space", {
      email,
      handle: draw.random() < 0.3 ? null : variant(draw, id, "handle"),
      space: variant(draw, worker, "space"),
    }),
    {
      name: "upsert that updates",
      after: { [key]: { ...user, name: "upserted" } },
      run: (orm) =>
        orm.user.upsert({ where: { email: user["email"] as string }, create: { id }, update: { name: "upserted" } }),
    },
    {
      name: "increment",
      after: { [key]: { ...user, logins: (user["logins"] as number) + 1 } },
      run: (orm) => orm.user.increment({ where: { email: user["email"] as string }, increment: { logins: 1 } }),
    },
    { name: "delete", after: { [key]: null }, run: (orm) => orm.user.deleteMany({ where: { id } }) },
    ...swaps(draw, worker),
  ];
}

function swaps({ world }: Draw, worker: string): CrashOperation[] {
  const [one, two] = [world.get(`user ${worker}a`), world.get(`user ${worker}b`)];
  if (!one || !two) return [];
  const change = (id: unknown, email: unknown) => ({ where: { id: id as string }, data: { email: email as string } });
  return [
    {
      name: "swap of e-mails",
      after: {
        [`user ${one["id"]}`]: { ...one, email: two["email"] },
        [`user ${two["id"]}`]: { ...two, email: one["email"] },
      },
      run: (orm) =>
        orm.transaction(async (tx) => {
          await tx.user.update(change(one["id"], `${worker}-between@example.com`));
          await tx.user.update(change(two["id"], one["email"]));
          await tx.user.update(change(one["id"], two["email"]));
        }),
    },
  ];
}

function sessionOperations(draw: Draw, id: string): CrashOperation[] {
  const key = `session ${id}`;
  const session = draw.world.get(key);
  const token = variant(draw, id, "token");
  if (!session) {
    const data = { id, token, userId: id, note: null, expiresAt: inDays(draw, 7) };
    return [{ name: "create that expires", after: { [key]: data }, run: (orm) => orm.session.create({ data }) }];
  }
  const where = [{ id }, { token: session["token"] as string }, { userId: id }][Math.floor(draw.random() * 3)]!;
  const expiresAt = inDays(draw, draw.random() < 0.5 ? 8 : 60);
  return [
    {
      name: "extension",
      after: { [key]: { ...session, expiresAt } },
      run: (orm) => orm.session.update({ where, data: { expiresAt } }),
    },
    { name: "consume", after: { [key]: null }, run: (orm) => orm.session.consume({ where }) },
    {
      name: "move",
      after: { [key]: { ...session, token } },
      run: (orm) => orm.session.update({ where, data: { token } }),
    },
    { name: "deleteMany", after: { [key]: null }, run: (orm) => orm.session.deleteMany({ where: { userId: id } }) },
  ];
}

function accountOperations(draw: Draw, id: string): CrashOperation[] {
  const key = `account ${id}`;
  const account = draw.world.get(key);
  const data = { id, userId: id, providerId: "p", accountId: variant(draw, id, "account") };
  if (!account)
    return [
      { name: "create in a partition", after: { [key]: data }, run: (orm) => orm.account.createMany({ data: [data] }) },
    ];
  const hasSession = Boolean(draw.world.get(`session ${id}`));
  return [
    {
      name: "transaction that deletes",
      after: { [key]: null, ...(hasSession ? { [`session ${id}`]: null } : {}) },
      run: (orm) =>
        orm.transaction(async (tx) => {
          await tx.account.deleteMany({ where: { userId: id } });
          await tx.session.deleteMany({ where: { userId: id } });
        }),
    },
  ];
}

function inDays({ random }: Draw, days: number): Date {
  return new Date(Date.now() + (days + random()) * 86_400_000);
}
