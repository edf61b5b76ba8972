import type { Adapter } from "@auth/core/adapters";
import type { RecordValues } from "../../orm/values/normalize.ts";
import { isKeyText } from "./key-text.ts";
import type { AuthStore } from "./store.ts";
import { knownModel } from "../../orm/schema/known.ts";

/** The adapter's methods on sessions. Auth.js itself looks at their expiry. */
export function sessionMethods({ manifest, users, sessions }: AuthStore) {
  const select = Object.fromEntries(
    [...knownModel(manifest, "session").fields.keys(), "user"].map((name) => [name, true]),
  );

  return {
    async createSession(session) {
      return sessions.create(session);
    },

    async getSessionAndUser(sessionToken) {
      if (!isKeyText(sessionToken)) return null;
      const found = await sessions.client.findUnique({ where: { sessionToken }, select });
      const user = found?.["user"] as RecordValues | null | undefined;
      return found && user ? { session: sessions.fromRecord(found), user: users.fromRecord(user) } : null;
    },

    async updateSession({ sessionToken, ...session }) {
      return isKeyText(sessionToken) ? sessions.update({ sessionToken }, session) : null;
    },

    async deleteSession(sessionToken) {
      return isKeyText(sessionToken) ? sessions.consume({ sessionToken }) : null;
    },
  } satisfies Partial<Adapter>;
}
