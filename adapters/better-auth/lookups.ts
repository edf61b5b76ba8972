import type { ClusterDefinition, ExpiryDefinition, IndexDefinition } from "../../orm/schema/model.ts";

/** What a table needs beyond what Better Auth declares of it. */
interface Lookups {
  /** Lives at this key, or with the records of this index. */
  readonly clusterBy?: ClusterDefinition;
  readonly unique?: readonly (readonly [string, ...string[]])[];
  /** Where a query names the values of several, it takes the first. */
  readonly indexes?: readonly IndexDefinition[];
  /** Indexes for removing what has expired: not where DynamoDB's TTL does. */
  readonly indexesWithoutTtl?: readonly IndexDefinition[];
}

/** Records that are listed more than they are changed, oldest first: a list is one Query. */
function listed(field: string): IndexDefinition {
  return { on: [field], orderBy: "createdAt", carries: "record" };
}

/**
 * The look-ups that Better Auth 1.7 and its official plugins make without declaring an index, each
 * with the call that makes it. Model and field names are Better Auth's keys.
 */
export const LOOKUPS: Readonly<Record<string, Lookups>> = {
  // get-session reads by token on every request.
  session: { clusterBy: "token" },
  account: {
    // Sign-in reads all accounts of a user.
    clusterBy: { on: "userId", orderBy: "createdAt" },
    // Every OAuth callback looks here; two accounts under one key lock their owner out.
    unique: [["providerId", "accountId"]],
  },
  verification: {
    // The latest of an identifier is one short read, however many were asked for.
    clusterBy: { on: "identifier", orderBy: "createdAt" },
    // findVerificationValue removes expired rows, where TTL does not.
    indexesWithoutTtl: [{ on: [], orderBy: "expiresAt" }],
  },
  rateLimit: { clusterBy: "key" },
  member: {
    // organization: membership is checked by both, and either alone may be large.
    clusterBy: ["organizationId", "userId"],
    // organization: listed by either, and seldom changed.
    indexes: [listed("organizationId"), listed("userId")],
  },
  organizationRole: { unique: [["organizationId", "role"]] },
  // organization: list-user-invitations, and the check for a pending one. An answer changes the record, in one request.
  invitation: {
    indexes: [
      { on: ["email"], orderBy: "createdAt" },
      { on: ["organizationId"], orderBy: "createdAt" },
    ],
  },
  // organization: the teams of an organization, and the members of a team.
  team: { indexes: [listed("organizationId")] },
  teamMember: { indexes: [listed("teamId"), listed("userId")] },
  // siwe: sign-in by wallet, on the chain and then on any.
  walletAddress: { indexes: [["address"]] },
  // jwt: the key set, on every token and on every get-session.
  jwks: { indexes: [{ on: [], orderBy: "createdAt", shards: 1 }] },
  // passkey: sign-in by credential; WebAuthn demands that one is registered once.
  passkey: { unique: [["credentialID"]] },
  apikey: {
    // api-key: verification by the hash of a random key.
    unique: [["key"]],
    // api-key: deleteAllExpiredApiKeys.
    indexes: [{ on: [], orderBy: "expiresAt" }],
  },
  // stripe: webhooks name the customer or the subscription.
  user: { indexes: [["stripeCustomerId"]] },
  organization: { indexes: [["stripeCustomerId"]] },
  subscription: { indexes: [["referenceId"], ["stripeSubscriptionId"], ["stripeCustomerId"]] },
  ssoProvider: {
    indexes: [
      // sso: sign-in by organization, and by the domain of an e-mail.
      ["organizationId"],
      ["domain"],
      // sso: domain verification.
      { on: ["domainVerified"], orderBy: "providerId" },
      // sso: the fallback for an unmatched domain, and the list of providers.
      { on: [], orderBy: "providerId", shards: 1 },
    ],
  },
  // oauth-provider: the clients of a reference; consent and token families by client and user.
  oauthClient: { indexes: [["referenceId"]] },
  // oauth-provider: the list of resources.
  oauthResource: { indexes: [{ on: [], orderBy: "createdAt", shards: 1 }] },
  oauthConsent: { indexes: [["clientId", "userId"]] },
  oauthRefreshToken: { indexes: [["clientId", "userId"]] },
  // scim: pages of a connection's users and groups, and checks that should find nothing.
  scimUser: {
    indexes: [
      { on: ["connectionId"], orderBy: "orderKey" },
      { on: ["connectionId"], orderBy: "provisioningDomainId" },
      { on: ["provisioningDomainId"], orderBy: "userId" },
    ],
  },
  scimGroup: {
    indexes: [
      { on: ["connectionId"], orderBy: "orderKey" },
      { on: ["connectionId"], orderBy: "provisioningDomainId" },
    ],
  },
  // scim: the groups of a user, beside a connection that may have many; the members of groups.
  scimGroupMember: { indexes: [["scimUserId"], { on: ["connectionId"], orderBy: "groupId" }] },
  scimManagedConnectionEvent: { indexes: [{ on: ["connectionRecordId"], orderBy: "sequence" }] },
  scimProjectionGrant: { indexes: [["scimUserId"], { on: ["provisioningDomainId"], orderBy: "userId" }] },
};

/** Indexes that a plugin needs only when another one is installed: `sso` edits accounts by provider. */
export const PLUGIN_LOOKUPS: Readonly<Record<string, Readonly<Record<string, Lookups>>>> = {
  sso: { account: { indexes: [["providerId"]] } },
  // list-users by age, page by page, with the total of all users.
  admin: { user: { indexes: [{ on: [], orderBy: "createdAt" }] } },
};

/** Records are of no use after `expiresAt`. */
export const EXPIRES_AT: ExpiryDefinition = { field: "expiresAt", after: 0 };

/** Longer than any window that a rate limit is likely to have. */
const WEEK = 7 * 86_400;

/**
 * The tables whose records are of no use after a time. Not among them: invitations (listed after
 * they have expired), jwks (published for a grace period), SCIM credentials (kept as history).
 */
export const EXPIRING: ReadonlyMap<string, ExpiryDefinition> = new Map([
  ["session", EXPIRES_AT],
  ["verification", EXPIRES_AT],
  ["deviceCode", EXPIRES_AT],
  ["oauthAccessToken", EXPIRES_AT],
  ["oauthRefreshToken", EXPIRES_AT],
  ["oauthClientAssertion", EXPIRES_AT],
  // Better Auth prunes past windows; here TTL does.
  ["rateLimit", { field: "lastRequest", after: WEEK }],
]);
