import type { KeyKind } from "../../../orm/dynamodb/key-value/key-value-store.ts";

const SPLIT = "Make what is stored in it smaller.";

/**
 * What Better Auth and its plugins store, by how the key begins. Sessions and cached users have bare tokens as keys.
 */
const KINDS: readonly (KeyKind & { readonly prefix: string })[] = [
  {
    prefix: "active-sessions-",
    name: `a user's list of sessions ("active-sessions-…")`,
    advice:
      "It grows with each sign-in until the sessions expire: revoke older sessions at sign-in, " +
      "make session.expiresIn shorter, or keep the sessions in the database, without secondaryStorage.",
  },
  { prefix: "revoked-sessions-before-", name: `a "revoked-sessions-before-…" key`, advice: SPLIT },
  { prefix: "verification:", name: `a "verification:…" key`, advice: SPLIT },
  {
    prefix: "api-key:by-ref:",
    name: `an owner's list of API keys ("api-key:by-ref:…")`,
    advice: 'Delete keys that are not used, or keep them in the database: apiKey({ storage: "database" }).',
  },
  { prefix: "api-key:", name: `an "api-key:…" key`, advice: "Make the key's metadata smaller." },
];

const OTHER: KeyKind = {
  name: "a session, or of a key that is no part of Better Auth's own",
  advice: "Make the additional fields of session and user smaller.",
};

/** What a key is for, without what is secret or personal in it. */
export function kindOf(key: string): KeyKind {
  return KINDS.find(({ prefix }) => key.startsWith(prefix)) ?? OTHER;
}
