import type { FaultClient } from "../fault/schema.ts";

/** A state that a transaction found, and the number of those before it. */
export interface Step<State> {
  readonly number: number;
  readonly before: State;
  readonly after: State;
}

/** What callers do, by name: other processes are told the name and the argument. */
export const TASKS = {
  createUser: (orm, { id, email }: { id: string; email: string }) => orm.user.create({ data: { id, email } }),

  createAccount: (orm, { id, accountId }: { id: string; accountId: string }) =>
    orm.account.create({ data: { id, userId: id, providerId: "p", accountId } }),

  changeEmail: (orm, { id, email }: { id: string; email: string }) =>
    orm.user.update({ where: { id }, data: { email } }),

  changeUser: (orm, { id, data }: { id: string; data: { name?: string; space?: string; handle?: string | null } }) =>
    orm.user.update({ where: { id }, data }),

  /** Moves the record: a session lives at its token. */
  changeToken: (orm, { id, token }: { id: string; token: string }) =>
    orm.session.update({ where: { id }, data: { token } }),

  /** Moves the record: an account lives under its user. */
  giveAccount: (orm, { id, userId }: { id: string; userId: string }) =>
    orm.account.update({ where: { id }, data: { userId } }),

  /** By its home, by its id, or by an index. */
  consumeSession: (orm, where: { token: string } | { id: string } | { userId: string }) =>
    orm.session.consume({ where }),

  consumeToken: (orm, { identifier }: { identifier: string }) => orm.token.consume({ where: { identifier } }),

  countTo: (orm, { id, limit }: { id: string; limit: number }) =>
    orm.counter.increment({ where: { id, hits: { lt: limit } }, increment: { hits: 1 } }),

  countLogin: (orm, { email, limit }: { email: string; limit: number }) =>
    orm.user.increment({ where: { email, logins: { lt: limit } }, increment: { logins: 1 } }),

  upsertUser: (orm, { email, id }: { email: string; id: string }) =>
    orm.user.upsert({ where: { email }, create: { id, name: "created" }, update: { name: `updated by ${id}` } }),

  upsertKey: (orm, { email, id }: { email: string; id: string }) =>
    orm.user.upsert({ where: { email }, create: { id, name: "created" }, update: { space: id } }),

  /** Swaps the e-mails of two users, and counts the swaps. */
  swapEmails: (orm, { one, two, retries }: { one: string; two: string; retries: number }): Promise<Step<string>> =>
    orm.transaction(
      async (tx) => {
        const first = (await tx.user.findUnique({ where: { id: one } }))!;
        const second = (await tx.user.findUnique({ where: { id: two } }))!;
        await tx.user.update({ where: { id: one }, data: { email: `between-${one}@example.com` } });
        await tx.user.update({ where: { id: two }, data: { email: first.email, logins: second.logins + 1 } });
        await tx.user.update({ where: { id: one }, data: { email: second.email, logins: first.logins + 1 } });
        return { number: first.logins + 1, before: first.email, after: second.email };
      },
      { retries },
    ),

  findByEmail: (orm, { email }: { email: string }) => orm.user.findUnique({ where: { email } }),

  /** Looks again and again, while others are at work. */
  watchEmail: async (orm, { email, times }: { email: string; times: number }) => {
    const seen: ({ id: string; logins: number } | null)[] = [];
    while (seen.length < times) seen.push(await orm.user.findUnique({ where: { email } }));
    return seen;
  },

  /** Moves an amount from one counter to another, and numbers the transfers. */
  transfer: (
    orm,
    { from, to, amount, retries }: { from: string; to: string; amount: number; retries: number },
  ): Promise<Step<Record<string, number>>> =>
    orm.transaction(
      async (tx) => {
        const [source, target] = [
          await tx.counter.findUnique({ where: { id: from } }),
          await tx.counter.findUnique({ where: { id: to } }),
        ];
        const number = Number(source!.note) + 1;
        const note = String(number);
        await tx.counter.update({ where: { id: from }, data: { hits: source!.hits! - amount, note } });
        await tx.counter.update({ where: { id: to }, data: { hits: target!.hits! + amount, note } });
        return {
          number,
          before: { [from]: source!.hits!, [to]: target!.hits! },
          after: { [from]: source!.hits! - amount, [to]: target!.hits! + amount },
        };
      },
      { retries },
    ),

  consumeUser: (orm, { id }: { id: string }) => orm.user.consume({ where: { id } }),

  consumeByEmail: (orm, { email }: { email: string }) => orm.user.consume({ where: { email } }),
} satisfies Record<string, (orm: FaultClient, arg: never) => Promise<unknown>>;

export type TaskName = keyof typeof TASKS;
export type TaskArg<Name extends TaskName> = Parameters<(typeof TASKS)[Name]>[1];
export type TaskResult<Name extends TaskName> = Awaited<ReturnType<(typeof TASKS)[Name]>>;

/** One thing to do. */
export interface Task<Name extends TaskName = TaskName> {
  readonly name: Name;
  readonly arg: TaskArg<Name>;
}

/** Does it. */
export function runTask(orm: FaultClient, { name, arg }: Task): Promise<unknown> {
  return (TASKS[name] as (orm: FaultClient, arg: unknown) => Promise<unknown>)(orm, arg);
}
