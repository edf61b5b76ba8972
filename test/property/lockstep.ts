import type { UntypedOrmClient } from "auth-dynamodb";
import type { Manifest } from "../../orm/schema/manifest.ts";
import { call, canonical, expectSame, ordered, type Outcome } from "./outcome.ts";
import type { Operation } from "./operations.ts";
import { render } from "./render-operation.ts";

/** The two clients that must give the same answers. */
export interface Pair {
  readonly manifest: Manifest;
  readonly memory: UntypedOrmClient;
  readonly dynamodb: UntypedOrmClient;
  /** What an operation would do in memory. Inside a transaction it does it: the transaction must end then. */
  readonly probe: (operation: Operation) => Promise<Outcome>;
}

type Values = Record<string, unknown>;

/** Operations that touch one of possibly several matching records: which of them is the backend's choice. */
const CHOOSING: readonly string[] = ["update", "delete", "consume", "increment"];

/** Runs an operation on both clients and compares. Returns memory's outcome, and DynamoDB's. */
export async function step(pair: Pair, operation: Operation): Promise<{ memory: Outcome; dynamodb: Outcome }> {
  if (isUnorderedPage(operation)) return unorderedPage(pair, operation);
  if (CHOOSING.includes(operation.operation)) {
    const candidates = await matchingIds(pair.memory, operation);
    if (candidates.length > 1) return chosen(pair, operation, candidates);
  }
  return { memory: await answer(pair, pair.memory, operation), dynamodb: await answer(pair, pair.dynamodb, operation) };
}

async function answer({ manifest }: Pair, orm: UntypedOrmClient, operation: Operation): Promise<Outcome> {
  return canonical(manifest, operation, await call(orm, operation));
}

function isUnorderedPage({ operation, args }: Operation): boolean {
  if (ordered(args.orderBy)) return false;
  return (
    operation === "findFirst" || (operation === "findMany" && (args.skip !== undefined || args.take !== undefined))
  );
}

/** A page without an order: of the right size, made of distinct records of the whole result. */
async function unorderedPage(pair: Pair, operation: Operation): Promise<{ memory: Outcome; dynamodb: Outcome }> {
  const { skip = 0, take = operation.operation === "findFirst" ? 1 : Infinity, ...rest } = operation.args;
  const everything: Operation = { ...operation, operation: "findMany", args: rest };
  const all = canonical(pair.manifest, everything, await call(pair.memory, everything));
  const page = await call(pair.dynamodb, operation);
  if (!all.ok || !page.ok) return { memory: all, dynamodb: page };
  const found = operation.operation === "findFirst" ? (page.value ? [page.value] : []) : (page.value as unknown[]);
  const whole = (all.value as unknown[]).map(render);
  const given = (canonical(pair.manifest, everything, { ok: true, value: found }) as { value: unknown[] }).value.map(
    render,
  );
  const size = Math.max(0, Math.min(whole.length - skip, take));
  expectSame(operation, `a page of ${size}`, `a page of ${given.length}`);
  for (const record of given) {
    const place = whole.indexOf(record);
    if (place < 0)
      throw new Error(
        `${render(operation)}\ndynamodb gave ${record}\nwhich is not, or not once more, of ${whole.join("\n")}`,
      );
    whole.splice(place, 1);
  }
  return { memory: all, dynamodb: all };
}

async function matchingIds(orm: UntypedOrmClient, { model, args }: Operation): Promise<unknown[]> {
  // An empty filter matches nothing in these operations, and a wrong one is refused by both.
  const found = await call(orm, { model, operation: "findMany", args: { where: args.where, select: { id: true } } });
  return found.ok ? (found.value as Values[]).map(({ id }) => id) : [];
}

/** DynamoDB chooses a record first; memory must do the same with just that record. */
async function chosen(
  pair: Pair,
  operation: Operation,
  candidates: readonly unknown[],
): Promise<{ memory: Outcome; dynamodb: Outcome }> {
  const data = operation.args.data as Values | undefined;
  const set = operation.args.set;
  const narrowedTo = (id: unknown): Operation => ({
    ...operation,
    args: { ...operation.args, where: { AND: [operation.args.where ?? {}, { id }] } },
  });
  if (Object.hasOwn({ ...data, ...set }, "id")) {
    // Which record it was does not show afterwards: leave no choice.
    const single = narrowedTo(candidates[0]);
    return { memory: await answer(pair, pair.memory, single), dynamodb: await answer(pair, pair.dynamodb, single) };
  }
  // A delete tells only how many: consume is the same, and gives the record.
  const telling: Operation = operation.operation === "delete" ? { ...operation, operation: "consume" } : operation;
  const dynamodb = await answer(pair, pair.dynamodb, telling);
  if (dynamodb.ok && dynamodb.value === null) {
    // The empty filter.
    return { memory: await answer(pair, pair.memory, telling), dynamodb };
  }
  if (dynamodb.ok) {
    const id = (dynamodb.value as Values)["id"];
    return { memory: await answer(pair, pair.memory, { ...narrowedTo(id), operation: telling.operation }), dynamodb };
  }
  const possible: Outcome[] = [];
  for (const id of candidates) possible.push(await pair.probe({ ...narrowedTo(id), operation: telling.operation }));
  return {
    memory: possible.find((outcome) => !outcome.ok && outcome.code === dynamodb.code) ?? possible[0]!,
    dynamodb,
  };
}
