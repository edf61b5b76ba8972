import type { BatchGetItemCommandInput, BatchGetItemCommandOutput } from "@aws-sdk/client-dynamodb";
import { defineSchema, id, model } from "auth-dynamodb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Budget } from "../../../orm/util/budget.ts";
import { requireKnownFormats, type TableFormats } from "../../../orm/dynamodb/engine/table-formats.ts";
import { layoutsOf } from "../../../orm/dynamodb/layout/model-layout.ts";
import { compileManifest } from "../../../orm/schema/compile-manifest.ts";

type Answer = Partial<BatchGetItemCommandOutput>;

/** An application with so many tables, and how each of its looks is answered, by the tables that it names. */
function start(count: number, answer: (tables: string[]) => Answer | Promise<Answer>) {
  const models = Array.from({ length: count }, (_, i) => model({ table: `tab${i}`, fields: { id: id() } }));
  const schema = defineSchema(Object.fromEntries(models.map((one, i) => [`m${i}`, one])));
  const layouts = layoutsOf(compileManifest(schema), {});
  const formats: TableFormats = { knowledge: { transactions: undefined, ownEndpoint: false } };
  const asked: string[][] = [];
  const client = {
    send: async (command: object) => {
      const { RequestItems = {} } = (command as { input: BatchGetItemCommandInput }).input;
      asked.push(Object.keys(RequestItems));
      return { $metadata: {}, ...(await answer(asked.at(-1)!)) };
    },
  };
  const require = (own = formats, budget = new Budget(10_000)) =>
    requireKnownFormats(own, "m0", { client, layouts, onRequest: undefined }, budget);
  /** The same when the pause after a failure is over. */
  const later = async () => {
    vi.advanceTimersByTime(60_000);
    await require();
  };
  return { asked, formats, require, later };
}

const failed = (name: string) => Object.assign(new Error("no"), { name });
const format = (N: string) => [{ format: { N } }];

beforeEach(() => vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] }));
afterEach(() => vi.useRealTimers());

describe("an application's look at the format of its tables", () => {
  it("is one request for up to 100 of them, and is not repeated", async () => {
    const { asked, formats, require } = start(230, () => ({ Responses: {} }));
    await Promise.all([require(), require()]);
    expect(asked.map(({ length }) => length)).toEqual([100, 100, 30]);
    expect(formats.due).toBe(Infinity);
  });

  it("asks again for the tables that did not answer, alone, and less and less often", async () => {
    const { asked, formats, require, later } = start(3, (tables) => ({
      Responses: Object.fromEntries(tables.map((table) => [table, format("2")])),
      UnprocessedKeys: { tab1: { Keys: [] } },
    }));
    await require();
    const pauses = [formats.due! - performance.now()];
    // Not before the pause is over, whoever asks.
    await require();
    await require({ knowledge: formats.knowledge });
    expect(asked).toEqual([["tab0", "tab1", "tab2"]]);
    for (let i = 0; i < 7; i++) {
      await later();
      pauses.push(formats.due! - performance.now());
    }
    expect(asked.slice(1, 3)).toEqual([["tab1"], ["tab1"]]);
    expect(pauses).toEqual([2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000));
  });

  it("refuses by what has answered, where another part never does", async () => {
    const never = new Promise<Answer>(() => {});
    const { require } = start(2, (tables) => {
      if (tables.length > 1) throw failed("AccessDeniedException");
      return tables[0] === "tab0" ? { Responses: { tab0: format("3") } } : never;
    });
    const refused = expect(require()).rejects.toMatchObject({ code: "STORAGE_FORMAT_UNSUPPORTED" });
    await vi.advanceTimersByTimeAsync(2000);
    await refused;
  });

  it("leaves half of its time to the operation", async () => {
    const { formats, require } = start(1, () => new Promise<Answer>(() => {}));
    const going = require(formats, new Budget(200));
    await vi.advanceTimersByTimeAsync(100);
    expect(await going).toBe(0);
  });

  it("asks each by itself where one is missing, has other keys or is denied", async () => {
    const names: Record<string, string> = {
      tab0: "ResourceNotFoundException",
      tab1: "ValidationException",
      tab2: "AccessDeniedException",
    };
    const { asked, formats, require, later } = start(4, (tables) => {
      const name = tables.map((table) => names[table]).find((name) => name !== undefined);
      if (name !== undefined) throw failed(name);
      return { Responses: { tab3: format("2") } };
    });
    await require();
    expect(asked).toEqual([["tab0", "tab1", "tab2", "tab3"], ["tab0"], ["tab1"], ["tab2"], ["tab3"]]);
    // What is denied may be allowed a moment later, by a role that is new.
    expect(formats.due).toBeLessThan(Infinity);
    delete names["tab2"];
    await later();
    expect(formats.due).toBe(Infinity);
  });

  it("does not ask each by itself where it is throttled", async () => {
    const { asked, require } = start(4, () => {
      throw failed("ThrottlingException");
    });
    expect(await require()).toBe(2);
    expect(asked).toHaveLength(1);
  });

  it("refuses each caller with an error of its own, as long as the format is newer", async () => {
    let stored = "3";
    const { asked, require } = start(2, () => ({ Responses: { tab1: format(stored) } }));
    const errors = await Promise.all([require(), require()].map((one) => one.catch((error: unknown) => error)));
    expect(errors).toMatchObject([1, 2].map(() => ({ code: "STORAGE_FORMAT_UNSUPPORTED", meta: { model: "m1" } })));
    expect(errors[0]).not.toBe(errors[1]);
    expect(asked).toHaveLength(1);
    await expect(require()).rejects.toThrow();
    stored = "2";
    await require();
    expect(asked).toHaveLength(3);
  });
});
