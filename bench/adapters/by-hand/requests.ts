/**
 * Storage for Better Auth as one writes it for one application, on the SDK's client alone. It promises what the package
 * promises: reads are strongly consistent, an e-mail and a provider's account are taken once, what belongs together is
 * written together, a token is in no key.
 */
import {
  CreateTableCommand,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  waitUntilTableExists,
  type DynamoDBClient,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import { attributeOf, itemsOf, KEYS, lifeOf, valuesOf, type Item, type Values } from "./items.ts";

export class HandWritten {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  async createTable(): Promise<void> {
    const keys = ["_pk", "_sk"];
    await this.client.send(
      new CreateTableCommand({
        TableName: this.table,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        KeySchema: keys.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? "HASH" : "RANGE" })),
      }),
    );
    await waitUntilTableExists({ client: this.client, maxWaitTime: 60, minDelay: 1 }, { TableName: this.table });
  }

  /** The writes of a new record. Whatever is there already fails them all. */
  puts(model: string, values: Values): TransactWriteItem[] {
    const ConditionExpression = "attribute_not_exists(#pk)";
    const ExpressionAttributeNames = { "#pk": "_pk" };
    return itemsOf(model, values).map((Item) => ({
      Put: { TableName: this.table, Item, ConditionExpression, ExpressionAttributeNames },
    }));
  }

  async write(TransactItems: TransactWriteItem[]): Promise<void> {
    await this.client.send(new TransactWriteItemsCommand({ TransactItems }));
  }

  async userById(id: unknown): Promise<Values | null> {
    const user = await this.#get(KEYS.user(id));
    return user ? valuesOf(user) : null;
  }

  async userByEmail(email: unknown): Promise<Values | null> {
    const entry = await this.#get(KEYS.email(email));
    return entry ? this.userById(entry["id"]?.S) : null;
  }

  async userWithAccounts(email: unknown): Promise<Values | null> {
    const entry = await this.#get(KEYS.email(email));
    if (!entry) return null;
    const id = entry["id"]?.S;
    const [user, account] = await Promise.all([this.userById(id), this.accountsOf(id)]);
    return user && { ...user, account };
  }

  async accountsOf(userId: unknown): Promise<Values[]> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        KeyConditionExpression: "#pk = :pk AND begins_with(#sk, :accounts)",
        ExpressionAttributeNames: { "#pk": "_pk", "#sk": "_sk" },
        ExpressionAttributeValues: { ":pk": KEYS.user(userId)._pk, ":accounts": { S: "account#" } },
        ConsistentRead: true,
      }),
    );
    return Items.map(valuesOf);
  }

  async session(token: unknown): Promise<Values | null> {
    const session = await this.#get(KEYS.session(token));
    return session ? valuesOf(session) : null;
  }

  async sessionWithUser(token: unknown): Promise<Values | null> {
    const session = await this.session(token);
    return session && { ...session, user: await this.userById(session["userId"]) };
  }

  /** One request, unless what leads to the session would be removed before it. */
  async updateSession(token: unknown, changes: Values): Promise<Values | null> {
    const life = changes["expiresAt"] instanceof Date ? lifeOf(changes["expiresAt"]) : undefined;
    const all = life === undefined ? changes : { ...changes, _ttl: life };
    const names = Object.keys(all);
    try {
      const { Attributes } = await this.client.send(
        new UpdateItemCommand({
          TableName: this.table,
          Key: KEYS.session(token),
          UpdateExpression: `SET ${names.map((_, at) => `#n${at} = :v${at}`).join(", ")}`,
          ConditionExpression: life === undefined ? "attribute_exists(#pk)" : "#entry >= :life",
          ExpressionAttributeNames: {
            ...Object.fromEntries(names.map((name, at) => [`#n${at}`, name])),
            ...(life === undefined ? { "#pk": "_pk" } : { "#entry": "_entry" }),
          },
          ExpressionAttributeValues: {
            ...Object.fromEntries(names.map((name, at) => [`:v${at}`, attributeOf(all[name])])),
            ...(life === undefined ? {} : { ":life": attributeOf(life) }),
          },
          ReturnValues: "ALL_NEW",
        }),
      );
      return Attributes ? valuesOf(Attributes) : null;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ConditionalCheckFailedException") throw error;
      return this.#rewriteSession(token, changes);
    }
  }

  /** Whether there was one to delete: of two callers, one is told so. */
  async deleteSession(token: unknown): Promise<boolean> {
    const session = await this.session(token);
    if (!session) return false;
    const Delete = {
      TableName: this.table,
      ConditionExpression: "attribute_exists(#pk)",
      ExpressionAttributeNames: { "#pk": "_pk" },
    };
    try {
      await this.write([
        { Delete: { ...Delete, Key: KEYS.session(token) } },
        { Delete: { TableName: this.table, Key: KEYS.sessionOfUser(session["userId"], token) } },
      ]);
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "TransactionCanceledException") return false;
      throw error;
    }
  }

  async #rewriteSession(token: unknown, changes: Values): Promise<Values | null> {
    const session = await this.session(token);
    if (!session) return null;
    const changed = { ...session, ...changes };
    const [home, entry] = itemsOf("session", changed) as [Item, Item];
    const ConditionExpression = "attribute_exists(#pk)";
    await this.write([
      {
        Put: { TableName: this.table, Item: home, ConditionExpression, ExpressionAttributeNames: { "#pk": "_pk" } },
      },
      { Put: { TableName: this.table, Item: entry } },
    ]);
    return changed;
  }

  async #get(Key: Item): Promise<Item | undefined> {
    const { Item } = await this.client.send(new GetItemCommand({ TableName: this.table, Key, ConsistentRead: true }));
    return Item;
  }
}
