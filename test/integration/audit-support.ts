import {
  DeleteItemCommand,
  PutItemCommand,
  ScanCommand,
  type AttributeValue,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import {
  belongsTo,
  createDynamodbDriver,
  createOrm,
  datetime,
  defineSchema,
  id,
  integer,
  model,
  string,
} from "auth-dynamodb";
import { auditStorage, pushSchema, type AuditOptions, type Finding } from "auth-dynamodb/setup";
import { uniquePrefix } from "../support/engines.ts";

/** A record at its id, one at its unique token that expires, one under an index. */
export const auditSchema = defineSchema({
  user: model({
    table: "users",
    fields: { id: id(), email: string().unique(), team: string(), rank: integer().nullable() },
    constraints: { indexes: [{ on: ["team"], orderBy: "rank" }] },
  }),
  session: model({
    table: "sessions",
    fields: { id: id(), token: string().unique(), userId: string().references("user.id"), expiresAt: datetime() },
    relations: { user: belongsTo("user", { foreignKey: "userId" }) },
    clusterBy: "token",
    expires: "expiresAt",
  }),
  account: model({
    table: "accounts",
    fields: { id: id(), userId: string().references("user.id"), provider: string(), subject: string() },
    constraints: { unique: [["provider", "subject"]] },
    clusterBy: "userId",
  }),
});

export type RawItem = Record<string, AttributeValue>;

const DAY = 86_400_000;
/** So long ago that nobody can still be writing it. */
export const LONG_AGO = { N: String(Date.now() - DAY) };

/** One table on an engine, an ORM over it, and its items as they are. */
export async function auditedStorage(client: DynamoDBClient) {
  const table = uniquePrefix("audit");
  await pushSchema({ schema: auditSchema, client, table });
  const orm = createOrm({
    schema: auditSchema,
    driver: createDynamodbDriver({
      client,
      table,
      scans: "allow",
      transactions: "atomic",
      logger: { warn: () => undefined },
    }),
  });
  const items = async () =>
    ((await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))).Items ?? []) as RawItem[];
  return {
    table,
    orm,
    items,
    /** The one item of a kind whose partition begins so, of the record with an id. */
    async item(kind: "record" | "unique" | "index", partition: string, recordId: string): Promise<RawItem> {
      const found = (await items()).filter(
        ({ _kind, _pk, id: own }) => _kind?.S === kind && _pk?.S?.startsWith(partition) && own?.S === recordId,
      );
      if (found.length !== 1) throw new Error(`${found.length} items of ${kind} ${partition} ${recordId}`);
      return found[0]!;
    },
    async put(item: RawItem): Promise<void> {
      await client.send(new PutItemCommand({ TableName: table, Item: item }));
    },
    async remove({ _pk, _sk }: RawItem): Promise<void> {
      await client.send(new DeleteItemCommand({ TableName: table, Key: { _pk: _pk!, _sk: _sk! } }));
    },
    async audit(options: Partial<AuditOptions> = {}): Promise<Finding[]> {
      const findings: Finding[] = [];
      for await (const page of auditStorage({ schema: auditSchema, client, table, pageSize: 4, ...options })) {
        findings.push(...page.findings);
      }
      return findings;
    },
  };
}

export type AuditedStorage = Awaited<ReturnType<typeof auditedStorage>>;

/** Two records of each model. */
export async function fill({ orm }: AuditedStorage): Promise<void> {
  await orm.user.create({ data: { id: "u1", email: "one@example.com", team: "a", rank: 1 } });
  await orm.user.create({ data: { id: "u2", email: "two@example.com", team: "a", rank: 2 } });
  await orm.session.create({ data: { id: "s1", token: "t1", userId: "u1", expiresAt: new Date(Date.now() + DAY) } });
  await orm.account.create({ data: { id: "a1", userId: "u1", provider: "p", subject: "x" } });
  await orm.account.create({ data: { id: "a2", userId: "u2", provider: "p", subject: "y" } });
}
