import type { RecordValues } from "../../orm/values/normalize.ts";
import { PASSWORD, tokenOf } from "./orphan-models.ts";

export type Row = { readonly model: string; readonly data: RecordValues };

/** What one round of all races needs: rows of Better Auth, of Auth.js, and of the nodes. */
export function rowsOf(round: number): readonly [Row[], Row[], Row[]] {
  const organizations = ["guest", "visitor"].flatMap((name) => [
    ...organizationRows(name, round, `owner-${round}`),
    invitationRow(name, round, { organizationId: `${name}-${round}`, inviterId: `owner-${round}` }),
  ]);
  const nodes = [
    { model: "root", data: { id: `r-${round}` } },
    { model: "parent", data: { id: `p-${round}`, rootId: `r-${round}`, email: `p-${round}@example.com` } },
    { model: "child", data: { id: `spare-${round}` } },
  ];
  return [
    [...["owner", "guest", "visitor", "grace"].flatMap((name) => userRows(name, round)), ...organizations],
    [{ model: "user", data: { id: `u-${round}`, email: `u-${round}@example.com` } }],
    nodes,
  ];
}

/** A user with a password and a session. */
export function userRows(name: string, round: number): Row[] {
  const userId = `${name}-${round}`;
  const now = new Date();
  const times = { createdAt: now, updatedAt: now };
  const account = { userId, accountId: userId, providerId: "credential", password: PASSWORD, ...times };
  const expiresAt = new Date(Date.now() + 604_800_000);
  return [
    { model: "user", data: { id: userId, email: `${userId}@example.com`, name, emailVerified: true, ...times } },
    { model: "account", data: account },
    { model: "session", data: { userId, token: tokenOf(name, round), expiresAt, ...times } },
  ];
}

/** An organization with its owner. */
export function organizationRows(name: string, round: number, userId: string): Row[] {
  const id = `${name}-${round}`;
  const createdAt = new Date();
  return [
    { model: "organization", data: { id, name, slug: id, createdAt } },
    { model: "member", data: { organizationId: id, userId, role: "owner", createdAt } },
  ];
}

/** An invitation of the user of a round, by its name. */
export function invitationRow(
  name: string,
  round: number,
  by: { readonly organizationId: string; readonly inviterId: string },
): Row {
  const id = `${name}-${round}`;
  const times = { expiresAt: new Date(Date.now() + 1e8), createdAt: new Date() };
  return {
    model: "invitation",
    data: { ...by, ...times, id, email: `${id}@example.com`, role: "member", status: "pending" },
  };
}
