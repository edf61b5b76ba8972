import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { BetterAuthOptions } from "better-auth";
import { createAdapterFactory, type AdapterFactoryConfig, type CustomAdapter } from "better-auth/adapters";
import type { Values } from "./items.ts";
import type { HandWritten } from "./requests.ts";

type Where = Parameters<CustomAdapter["findOne"]>[0]["where"];

/** The least adapter that Better Auth's sign-up and sessions work with: a plugin would need more. */
export function handWrittenAdapter(hand: HandWritten) {
  const config: AdapterFactoryConfig = {
    adapterId: "by-hand",
    supportsNumericIds: false,
    supportsJSON: true,
    supportsDates: true,
    supportsBooleans: true,
  };
  return (options: BetterAuthOptions) => {
    const open = (pending: TransactWriteItem[] | undefined, transaction: AdapterFactoryConfig["transaction"]) =>
      createAdapterFactory({
        config: { ...config, transaction },
        adapter: () => operations(hand, pending) as CustomAdapter,
      })(options);
    return open(undefined, async (run) => {
      const pending: TransactWriteItem[] = [];
      const result = await run(open(pending, false));
      if (pending.length > 0) await hand.write(pending);
      return result;
    });
  };
}

/** With `pending`, creations wait there for their transaction. */
function operations(hand: HandWritten, pending: TransactWriteItem[] | undefined) {
  return {
    async create({ model, data }: { model: string; data: Values }) {
      const puts = hand.puts(model, data);
      if (pending) pending.push(...puts);
      else await hand.write(puts);
      return data;
    },
    async findOne({ model, where, join }: Parameters<CustomAdapter["findOne"]>[0]) {
      const [field, value] = onlyClause(where);
      if (model === "session" && field === "token")
        return join?.["user"] ? hand.sessionWithUser(value) : hand.session(value);
      if (model === "user" && field === "id") return hand.userById(value);
      if (model === "user" && field === "email")
        return join?.["account"] ? hand.userWithAccounts(value) : hand.userByEmail(value);
      throw notWritten(`findOne of ${model} by ${field}`);
    },
    async findMany({ model, where }: Parameters<CustomAdapter["findMany"]>[0]) {
      const [field, value] = onlyClause(where ?? []);
      if (model === "account" && field === "userId") return hand.accountsOf(value);
      throw notWritten(`findMany of ${model} by ${field}`);
    },
    async update({ model, where, update }: { model: string; where: Where; update: Values }) {
      const [field, value] = onlyClause(where);
      if (model === "session" && field === "token") return hand.updateSession(value, update);
      throw notWritten(`update of ${model} by ${field}`);
    },
    async delete({ model, where }: { model: string; where: Where }) {
      const [field, value] = onlyClause(where);
      if (model !== "session" || field !== "token") throw notWritten(`delete of ${model} by ${field}`);
      await hand.deleteSession(value);
    },
  };
}

function onlyClause(where: Where): [field: string, value: unknown] {
  const [clause, ...others] = where;
  if (!clause || others.length > 0 || clause.operator !== "eq") throw notWritten("such a where");
  return [clause.field, clause.value];
}

const notWritten = (what: string) => new Error(`Nobody has written ${what}.`);
