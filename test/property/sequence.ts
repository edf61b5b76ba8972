import { createOrm, type Schema, type UntypedOrmClient } from "auth-dynamodb";
import { createMemoryDriver, type MemoryStore } from "auth-dynamodb/memory";
import { compileManifest } from "../../orm/schema/compile-manifest.ts";
import { normalizeData } from "../../orm/values/normalize.ts";
import { step, type Pair } from "./lockstep.ts";
import type { Operation } from "./operations.ts";
import { call, expectSame, type Outcome } from "./outcome.ts";
import { render } from "./render-operation.ts";

type Values = Record<string, unknown>;

/** A DynamoDB client under test, and the memory client that says what is right. */
export type Subject = Omit<Pair, "probe">;

/** A client under test, with an empty memory client beside it. */
export function subjectOf(schema: Schema, dynamodb: UntypedOrmClient): Subject {
  // The cast: generated operations name models and fields at run time.
  const memory = createOrm({ schema, driver: createMemoryDriver() }) as unknown as UntypedOrmClient;
  return { manifest: compileManifest(schema), memory, dynamodb };
}

/** Runs an operation on both clients, outside of a transaction. */
export async function runOperation(subject: Subject, operation: Operation): Promise<void> {
  const { memory } = subject;
  const pair: Pair = { ...subject, probe: (tried) => probe(memory, tried) };
  const before = operation.operation === "updateMany" ? await recordsOf(memory, operation.model) : [];
  const outcomes = await step(pair, operation);
  expectSame(operation, outcomes.memory, outcomes.dynamodb);
  if (operation.operation === "updateMany" && !outcomes.memory.ok) await adoptPart(pair, operation, before);
}

/** Every record of every model, on both. */
export async function expectSameRecords({ manifest, memory, dynamodb }: Subject): Promise<void> {
  for (const model of manifest.models.keys()) {
    const all: Operation = { model, operation: "findMany", args: { orderBy: [{ id: "asc" }] } };
    expectSame(all, await call(memory, all), await call(dynamodb, all));
  }
}

async function probe(memory: UntypedOrmClient, operation: Operation): Promise<Outcome> {
  let outcome: Outcome | undefined;
  const undo = new Error("undo");
  try {
    await memory.transaction(async (tx) => {
      outcome = await call(tx, operation);
      throw undo;
    });
  } catch (error) {
    if (error !== undo) throw error;
  }
  return outcome!;
}

async function recordsOf(orm: UntypedOrmClient, model: string): Promise<Values[]> {
  return orm[model]!.findMany({ orderBy: [{ id: "asc" }] });
}

/** An updateMany that fails has changed some of its records, each wholly: memory follows. */
async function adoptPart(
  { manifest, memory, dynamodb }: Pair,
  operation: Operation,
  before: readonly Values[],
): Promise<void> {
  const now = await recordsOf(dynamodb, operation.model);
  const data = normalizeData(manifest.models.get(operation.model)!, operation.args.data as Values);
  const changed = before.map((record) => ({ ...record, ...data }));
  const possible = new Set([...before, ...changed].map(render));
  if (now.length !== before.length || !now.every((record) => possible.has(render(record)))) {
    throw new Error(
      `${render(operation)} failed and left\n${now.map(render).join("\n")}\nof\n${before.map(render).join("\n")}`,
    );
  }
  const store = memory.$driver.client as MemoryStore;
  store.set(operation.model, new Map(now.map((record) => [record["id"], record])));
}
