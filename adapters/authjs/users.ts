import type { Adapter } from "@auth/core/adapters";
import { isKeyText } from "./key-text.ts";
import { notFound, type AuthStore } from "./store.ts";

/** The adapter's methods on users. */
export function userMethods({ users }: AuthStore) {
  return {
    async createUser({ id, ...user }) {
      // The types demand an id; a WebAuthn registration has none to give.
      return users.create({ ...user, id: id || (undefined as unknown as string) });
    },

    async getUser(id) {
      return isKeyText(id) ? users.find({ id }) : null;
    },

    async getUserByEmail(email) {
      return isKeyText(email) ? users.find({ email }) : null;
    },

    async updateUser({ id, ...user }) {
      const updated = isKeyText(id) ? await users.update({ id }, user) : null;
      if (!updated) throw notFound("user", "id");
      return updated;
    },

    async deleteUser(id) {
      if (!isKeyText(id)) return null;
      // Sessions, accounts and authenticators go with it: they refer to it.
      return users.consume({ id });
    },
  } satisfies Partial<Adapter>;
}
