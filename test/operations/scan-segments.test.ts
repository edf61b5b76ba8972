import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { defineSchema, id, model } from "auth-dynamodb";
import { pushSchema } from "auth-dynamodb/setup";
import { describe, expect, it } from "vitest";
import { sendOf } from "../../orm/dynamodb/engine/client.ts";
import { Sender } from "../../orm/dynamodb/engine/sender.ts";
import type { Item } from "../../orm/dynamodb/layout/attribute-value.ts";
import { textOf } from "../../orm/dynamodb/layout/stored-record.ts";
import { scanSegments, type SegmentKeys } from "../../orm/dynamodb/maintenance/scan-segments.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { seed } from "../support/seed.ts";

const schema = defineSchema({ thing: model({ table: "things", fields: { id: id() } }) });
const THINGS = 100;
const LARGE = 50_000;

describe.each(engines)("on $name, a table read in parts", (engine) => {
  const client = engine.createClient();

  async function prepare() {
    const table = `${uniquePrefix("parts")}things`;
    await pushSchema({ schema, client, table });
    await seed(
      client,
      schema,
      { table },
      Array.from({ length: THINGS }, (_, i) => ({ model: "thing", data: { id: `t${i}` } })),
    );
    const sender = Sender.over({ client: sendOf(client), onRequest: undefined, layouts: new Map() });
    return { table, sender, model: "thing", pageSize: 10 };
  }

  /** Reads until some pages are through, then goes on with what was kept. */
  async function inTwoRuns(
    items: number | undefined,
    between: (page: readonly Item[], table: string) => Promise<void>,
  ) {
    const scan = await prepare();
    const ids: string[] = [];
    let kept: SegmentKeys = {};
    const stop = new AbortController();
    const run = (signal: AbortSignal | undefined, number: number | undefined) =>
      scanSegments({ ...scan, signal }, number, kept, {
        onPage: async (page) => {
          ids.push(
            ...page.filter((item) => textOf(item, "_kind") === "record").map((item) => textOf(item, "id") ?? ""),
          );
          await between(page, scan.table);
          if (signal && ids.length >= THINGS / 2) stop.abort();
        },
        save: async (keys) => {
          kept = keys;
        },
      });
    expect(await run(stop.signal, items)).toBe(false);
    const parts = Object.keys(kept).length;
    // The table's size, as DynamoDB tells it, changes between two runs.
    expect(await run(undefined, items === undefined ? LARGE : undefined)).toBe(true);
    expect(ids.sort()).toEqual(Array.from({ length: THINGS }, (_, i) => `t${i}`).sort());
    return parts;
  }

  it("reads a small one as one, also where the item that a page ended with is deleted", async () => {
    const parts = await inTwoRuns(undefined, async (page, TableName) => {
      const { _pk, _sk } = page.at(-1) ?? {};
      if (_pk && _sk) await client.send(new DeleteItemCommand({ TableName, Key: { _pk, _sk } }));
    });
    expect(parts).toBe(1);
  });

  it("reads a large one in four, and goes on in four", async () => {
    expect(await inTwoRuns(LARGE, async () => {})).toBe(4);
  });
});
