import type { Adapter } from "@auth/core/adapters";
import { isOrmError } from "../../orm/errors.ts";
import { isKeyText } from "./key-text.ts";
import type { AuthStore } from "./store.ts";

/** The adapter's methods on verification tokens. Auth.js itself looks at their expiry. */
export function verificationTokenMethods({ verificationTokens }: AuthStore) {
  return {
    async createVerificationToken(verificationToken) {
      try {
        return await verificationTokens.create(verificationToken);
      } catch (error) {
        if (!isOrmError(error, "UNIQUE_CONSTRAINT_VIOLATION")) throw error;
        // A short code that the same address got before, used or expired long ago or not: the new
        // one counts.
        const { identifier, token } = verificationToken;
        return verificationTokens.upsert({ identifier, token }, verificationToken);
      }
    },

    async useVerificationToken({ identifier, token }) {
      return isKeyText(identifier) && isKeyText(token) ? verificationTokens.consume({ identifier, token }) : null;
    },
  } satisfies Partial<Adapter>;
}
