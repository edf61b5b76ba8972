import { BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Schema } from "auth-dynamodb";
import { layoutsOf, type TableNaming } from "../../orm/dynamodb/layout/model-layout.ts";
import { expiryOf } from "../../orm/dynamodb/layout/expiry.ts";
import { placesOf } from "../../orm/dynamodb/layout/place-items.ts";
import { mapLimit } from "../../orm/util/map-limit.ts";
import { compileManifest } from "../../orm/schema/compile-manifest.ts";
import { completeRecord, type RecordValues } from "../../orm/values/normalize.ts";

/** Writes records with all their places in bulk: a crowd for tests that must not depend on one. */
export async function seed(
  client: DynamoDBClient,
  schema: Schema,
  naming: TableNaming,
  records: readonly { readonly model: string; readonly data: RecordValues }[],
): Promise<void> {
  const layouts = layoutsOf(compileManifest(schema), naming);
  const requests = records.flatMap(({ model, data }) => {
    const layout = layouts.get(model)!;
    const values = completeRecord(layout.model, data, () => crypto.randomUUID());
    const born = crypto.randomUUID();
    return placesOf(layout, values, { born, expiry: expiryOf(layout, values, Date.now()) }).map(({ kind, item }) => ({
      table: layout.table,
      request: {
        PutRequest: {
          Item: {
            ...item,
            _w: { S: born },
            ...(kind === "record" ? { _v: { N: "1" } } : { _at: { N: String(Date.now()) } }),
          },
        },
      },
    }));
  });
  const batches = Array.from({ length: Math.ceil(requests.length / 25) }, (_, i) =>
    requests.slice(i * 25, (i + 1) * 25),
  );
  await mapLimit(batches, 8, async (batch) => {
    let items: Record<string, object[]> = {};
    for (const { table, request } of batch) (items[table] ??= []).push(request);
    while (Object.keys(items).length > 0) {
      const output = await client.send(new BatchWriteItemCommand({ RequestItems: items }));
      items = (output.UnprocessedItems ?? {}) as typeof items;
    }
  });
}

/** Users with a credential account and a session each, as Better Auth keeps them, numbered from `first` on. */
export function crowd(count: number, first = 0): { model: string; data: RecordValues }[] {
  const now = new Date();
  return Array.from({ length: count }, (_, i) => first + i).flatMap((i) => {
    const userId = `crowd-${i}`;
    return [
      {
        model: "user",
        data: {
          id: userId,
          email: `crowd-${i}@example.com`,
          name: `Crowd ${i}`,
          emailVerified: true,
          createdAt: now,
          updatedAt: now,
        },
      },
      {
        model: "account",
        data: { userId, accountId: userId, providerId: "credential", password: "x", createdAt: now, updatedAt: now },
      },
      {
        model: "session",
        data: {
          userId,
          token: `crowd-token-${i}`,
          expiresAt: new Date(Date.now() + 604_800_000),
          createdAt: now,
          updatedAt: now,
        },
      },
    ];
  });
}
