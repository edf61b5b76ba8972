import { mapLimit } from "../../../util/map-limit.ts";
import type { Item } from "../../layout/attribute-value.ts";
import { itemKey } from "../../layout/keys.ts";
import { isLocked, TX } from "../../layout/lock.ts";
import { keyAttributes } from "../../layout/places.ts";
import type { JournalItem, JournalRequests } from "./journal-requests.ts";
import { settle } from "./settle.ts";

const CONCURRENCY = 8;

/**
 * Reads a whole table for what nobody else takes where there are neither transactions nor TTL: records and entries that
 * have expired, and items that a late request of a transaction has held when that was gone. Returns how many expired.
 */
export async function clearTable(requests: JournalRequests, table: string, now: number): Promise<number> {
  const seconds = Math.floor(now / 1000);
  let expired = 0;
  let start: Item | undefined;
  do {
    const output = await requests.send("Scan", {
      TableName: table,
      ConsistentRead: true,
      FilterExpression: "#ttl < :now OR attribute_exists(#tx)",
      ExpressionAttributeNames: { "#ttl": "_ttl", "#tx": TX },
      ExpressionAttributeValues: { ":now": { N: String(seconds) } },
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    const items = (output.Items ?? []) as Item[];
    await settle(
      requests,
      items.filter((item) => isLocked(item)).map((item) => ({ table, item })),
    );
    const removals = items.map((item) => removalOf(table, item, seconds)).filter((removal) => removal !== undefined);
    const removed = await mapLimit(removals, CONCURRENCY, (removal) => requests.write([removal]));
    expired += removed.filter(({ outcomes }) => outcomes[0] === "made").length;
    start = output.LastEvaluatedKey as Item | undefined;
  } while (start);
  return expired;
}

/** The removal of an item that has expired, as it was seen: what has got more time meanwhile stays. */
function removalOf(table: string, item: Item, seconds: number): JournalItem | undefined {
  const ttl = item["_ttl"];
  if (isLocked(item) || !ttl || !("N" in ttl) || Number(ttl.N) >= seconds) return undefined;
  return {
    Delete: {
      TableName: table,
      Key: keyAttributes(itemKey(item)),
      ConditionExpression: "#ttl = :ttl AND attribute_not_exists(#tx)",
      ExpressionAttributeNames: { "#ttl": "_ttl", "#tx": TX },
      ExpressionAttributeValues: { ":ttl": ttl },
    },
  };
}
