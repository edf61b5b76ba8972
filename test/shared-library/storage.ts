import {
  belongsTo,
  datetime,
  defineSchema,
  hasMany,
  id,
  isOrmError,
  manyToMany,
  model,
  string,
  type OrmClient,
} from "auth-dynamodb";

/** The schema of a library that leaves the choice of the database to its users. */
export const schema = defineSchema({
  user: model({
    table: "users",
    fields: { id: id(), email: string().unique(), name: string().nullable(), createdAt: datetime().defaultNow() },
    relations: {
      sessions: hasMany("session", { foreignKey: "userId" }),
      accounts: hasMany("account", { foreignKey: "userId" }),
      organizations: manyToMany("organization", { through: "member", from: "userId", to: "organizationId" }),
    },
  }),
  session: model({
    table: "sessions",
    fields: { id: id(), token: string().unique(), userId: string().references("user.id"), expiresAt: datetime() },
    relations: { user: belongsTo("user", { foreignKey: "userId" }) },
    clusterBy: "token",
  }),
  account: model({
    table: "accounts",
    fields: { id: id(), provider: string(), subject: string(), userId: string().references("user.id") },
    relations: { user: belongsTo("user", { foreignKey: "userId" }) },
    constraints: { unique: [["provider", "subject"]] },
  }),
  organization: model({
    table: "organizations",
    fields: { id: id(), slug: string().unique() },
    relations: { members: manyToMany("user", { through: "member", from: "organizationId", to: "userId" }) },
  }),
  member: model({
    table: "members",
    fields: {
      id: id(),
      organizationId: string().references("organization.id"),
      userId: string().references("user.id"),
      role: string().default("member"),
    },
    constraints: { unique: [["organizationId", "userId"]] },
  }),
});

interface Identity {
  readonly provider: string;
  readonly subject: string;
}

/** The library's storage: written against the client of any driver. */
export function createStorage(orm: OrmClient<typeof schema>) {
  const emailOf = (email: string) => email.trim().toLowerCase();

  return {
    /** The user of an identity, made with it at the first sign-in. Null where somebody else has the e-mail. */
    async signIn(identity: Identity, email: string) {
      const { provider, subject } = identity;
      const known = await orm.account.findUnique({ where: { provider, subject }, select: { user: true } });
      if (known) return known.user;
      try {
        return await orm.transaction(async (tx) => {
          const user = await tx.user.create({ data: { email: emailOf(email) } });
          await tx.account.create({ data: { provider, subject, userId: user.id } });
          return user;
        });
      } catch (error) {
        if (isOrmError(error, "UNIQUE_CONSTRAINT_VIOLATION")) return null;
        throw error;
      }
    },

    openSession(userId: string, token: string, expiresAt: Date) {
      const where = { token };
      return orm.session.upsert({ where, create: { userId, expiresAt }, update: { expiresAt } });
    },

    /** The user of a session that has not ended at a time. */
    async userOf(token: string, now: Date) {
      const select = { expiresAt: true, user: { select: { id: true, email: true } } } as const;
      const session = await orm.session.findUnique({ where: { token }, select });
      return session && session.expiresAt > now ? session.user : null;
    },

    /** Ends a session: true for one of those who end it at once. */
    async closeSession(token: string) {
      return (await orm.session.consume({ where: { token } })) !== null;
    },

    closeSessions(userId: string) {
      return orm.session.deleteMany({ where: { userId } });
    },

    linkIdentity(userId: string, { provider, subject }: Identity) {
      const where = { provider, subject };
      return orm.account.upsert({ where, create: { userId }, update: { userId }, select: { userId: true } });
    },

    async createOrganization(slug: string, userIds: readonly string[]) {
      const [owner, ...others] = userIds;
      return orm.transaction(async (tx) => {
        const organization = await tx.organization.create({ data: { slug } });
        const organizationId = organization.id;
        await tx.member.createMany({
          data: [
            ...(owner === undefined ? [] : [{ organizationId, userId: owner, role: "owner" }]),
            ...others.map((userId) => ({ organizationId, userId })),
          ],
        });
        return organization;
      });
    },

    async membersOf(slug: string) {
      const members = { orderBy: { email: "asc" }, select: { email: true } } as const;
      return (await orm.organization.findUnique({ where: { slug }, select: { members } }))?.members ?? [];
    },

    organizationsOf(userId: string) {
      const organizations = { orderBy: { slug: "asc" }, select: { slug: true } } as const;
      return orm.user.findUnique({ where: { id: userId }, select: { organizations } });
    },

    promote(organizationId: string, userId: string) {
      return orm.member.update({ where: { organizationId, userId }, data: { role: "admin" }, select: { role: true } });
    },

    overview: (userId: string) =>
      orm.batch([
        (tx) => tx.user.findUnique({ where: { id: userId }, select: { email: true } }),
        (tx) => tx.session.count({ where: { userId } }),
        (tx) => tx.account.count({ where: { userId } }),
      ]),
  };
}
