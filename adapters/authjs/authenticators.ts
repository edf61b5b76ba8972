import type { Adapter } from "@auth/core/adapters";
import { isKeyText } from "./key-text.ts";
import { notFound, type AuthStore } from "./store.ts";

/** The adapter's methods on WebAuthn authenticators. */
export function authenticatorMethods({ authenticators }: AuthStore) {
  return {
    async createAuthenticator(authenticator) {
      return authenticators.create(authenticator);
    },

    async getAuthenticator(credentialID) {
      return isKeyText(credentialID) ? authenticators.find({ credentialID }) : null;
    },

    async listAuthenticatorsByUserId(userId) {
      if (!isKeyText(userId)) return [];
      const found = await authenticators.client.findMany({ where: { userId } });
      return found.map((record) => authenticators.fromRecord(record));
    },

    async updateAuthenticatorCounter(credentialID, counter) {
      const updated = isKeyText(credentialID) ? await authenticators.update({ credentialID }, { counter }) : null;
      if (!updated) throw notFound("authenticator", "credentialID");
      return updated;
    },
  } satisfies Partial<Adapter>;
}
