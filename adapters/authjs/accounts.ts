import type { Adapter } from "@auth/core/adapters";
import type { RecordValues } from "../../orm/values/normalize.ts";
import { isKeyText, providerKey } from "./key-text.ts";
import type { AuthStore } from "./store.ts";

/** The adapter's methods on accounts. */
export function accountMethods({ users, accounts }: AuthStore) {
  const keyOf = (provider: unknown, id: unknown) => {
    const providerAccountId = providerKey(id);
    return isKeyText(provider) && isKeyText(providerAccountId) ? { provider, providerAccountId } : undefined;
  };

  return {
    async getUserByAccount({ provider, providerAccountId }) {
      const where = keyOf(provider, providerAccountId);
      const found = where && (await accounts.client.findUnique({ where, select: { user: true } }));
      const user = found?.["user"] as RecordValues | null | undefined;
      return user ? users.fromRecord(user) : null;
    },

    async linkAccount(account) {
      return accounts.create({ ...account, providerAccountId: providerKey(account.providerAccountId) as string });
    },

    async unlinkAccount({ provider, providerAccountId }) {
      const where = keyOf(provider, providerAccountId);
      return (where && (await accounts.consume(where))) ?? undefined;
    },

    async getAccount(providerAccountId, provider) {
      const where = keyOf(provider, providerAccountId);
      return where ? accounts.find(where) : null;
    },
  } satisfies Partial<Adapter>;
}
