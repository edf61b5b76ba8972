import type { Adapter } from "@auth/core/adapters";
import { isKeyText } from "./key-text.ts";
import { notFound, type AuthStore } from "./store.ts";

/** The adapter's methods on users. */
export function userMethods({ orm, users }: AuthStore) {
  /** Deletes what belongs to a user. */
  const removeBelongings = async (userId: string) => {
    const where = { userId };
    await Promise.all([
      orm["session"]!.deleteMany({ where }),
      orm["account"]!.deleteMany({ where }),
      orm["authenticator"]!.deleteMany({ where }),
    ]);
  };

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
      // The user goes last: a crash before that leaves a user who can be deleted again, not an
      // account that nobody can link any more. Then once more, for a sign-in that came between.
      await removeBelongings(id);
      const deleted = await users.consume({ id });
      if (deleted) await removeBelongings(id);
      return deleted;
    },
  } satisfies Partial<Adapter>;
}
