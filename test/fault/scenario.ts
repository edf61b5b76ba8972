import { isDeepStrictEqual } from "node:util";
import { isOrmError } from "../../orm/errors.ts";
import { sweepTransactions } from "../../orm/dynamodb/maintenance/sweep/sweep-transactions.ts";
import { isOfTransaction } from "../../orm/dynamodb/layout/transaction-item.ts";
import type { Item } from "../../orm/dynamodb/layout/attribute-value.ts";
import { textOf } from "../../orm/dynamodb/layout/stored-record.ts";
import type { Engine } from "../support/engines.ts";
import { injectFaults, type Faults } from "../support/faults.ts";
import { isDecision } from "../support/is-decision.ts";
import { brokenIn } from "./audit.ts";
import type { Bench } from "./bench.ts";
import { conflicted, type FaultKind, type SentRequest } from "./kinds.ts";
import type { Operation } from "./operations.ts";
import { faultLayouts, faultSchema, openOrm } from "./schema.ts";
import { inspect, readItems, recordsOf } from "./storage.ts";

/** What an operation ended with. */
type Ending = { readonly result: unknown } | { readonly error: unknown };

/** Records by model and id. */
type State = ReadonlyMap<string, unknown>;

/** An operation as it goes when nothing goes wrong: the measure of every run with faults. */
export interface Rehearsal {
  readonly operation: Operation;
  readonly engine: Engine;
  readonly seed: readonly Item[];
  readonly requests: readonly SentRequest[];
  readonly before: State;
  readonly after: State;
  readonly result: unknown;
}

/** What may come of an operation under faults, beyond its success. */
export interface Allowed {
  readonly mayThrow: (error: unknown) => boolean;
  /** Whether responses to writes that landed may have been lost below the SDK's retries. */
  readonly losesResponse: boolean;
  /** How long the operation bears contention, in milliseconds: what lasts needs no patience. */
  readonly contentionBudget?: number;
  /** What is done afterwards, without faults: for what others would do when they met it. */
  readonly settle?: (bench: Bench) => Promise<void>;
  /** Whether the driver's own audit is asked, too. */
  readonly audited?: boolean;
}

const IMPATIENT_MS = 150;

/** The rules for one operation and one kind of fault. */
export function allowedFor({ operation, engine }: Rehearsal, kind: FaultKind): Allowed {
  const throws = kind.mayThrow && (operation.transaction || !kind.onlyTransactionsThrow);
  const journals = !engine.transactions;
  return {
    // On a busy machine the patience may end at a lost race, before the fault is met.
    mayThrow: (error) =>
      Boolean(throws && kind.mayThrow?.(error)) ||
      (Boolean(kind.lasts) && (conflicted(error) || (journals && isOrmError(error, "TRANSACTION_UNKNOWN")))),
    losesResponse: kind.losesResponse ?? false,
    ...(journals ? { settle: sweep } : {}),
    ...(kind.lasts ? { contentionBudget: IMPATIENT_MS } : {}),
  };
}

const layouts = faultLayouts("any-table");

/** Ends what a transaction of many requests has left, as whoever meets it does. */
export async function sweep({ client, table }: Pick<Bench, "client" | "table">): Promise<void> {
  if (traces(await readItems(client, table)).length === 0) return;
  await sweepTransactions({ schema: faultSchema, client, table });
}

/** What a sweep must not leave, nor an operation that was not disturbed. */
export function traces(items: readonly Item[]): string[] {
  const locks = items.filter((item) => "_tx" in item).map((item) => `held: ${JSON.stringify(item)}`);
  const open = items
    .filter((item) => isOfTransaction(item))
    .filter((item) => textOf(item, "_kind") === "txpage" || ["P", "C"].includes(textOf(item, "state") ?? ""))
    .map((item) => `open: ${JSON.stringify(item)}`);
  return [...locks, ...open];
}

/** Runs an operation without faults. */
export async function rehearse(bench: Bench, operation: Operation): Promise<Rehearsal> {
  const { engine } = bench;
  await bench.reset([]);
  await operation.seed(openOrm(bench.client, bench.table));
  const seeded = await bench.items();
  const seed = operation.age ? operation.age(seeded) : seeded;
  const requests: SentRequest[] = [];
  const { ending, items } = await perform(bench, operation, seed, (faults) => noteRequests(faults, requests), {});
  if ("error" in ending) throw ending.error;
  const { broken, outdated, dangling } = inspect(layouts, items);
  if (broken.length + outdated.length > 0) throw new Error(`Without any fault: ${[...broken, ...outdated].join("; ")}`);
  if (dangling.length > 0 && !operation.age)
    throw new Error(`Without any fault, an entry leads nowhere: ${JSON.stringify(dangling)}`);
  return { operation, engine, seed, requests, before: stateOf(seed), after: stateOf(items), result: ending.result };
}

function noteRequests(faults: Faults, requests: SentRequest[]): void {
  const note = ({ operation, input }: { operation: string; input: Readonly<Record<string, unknown>> }) => {
    const writes = (input["TransactItems"] ?? []) as Record<string, { ConditionExpression?: string }>[];
    const conditions = writes.map((write) => Object.values(write)[0]!.ConditionExpression !== undefined);
    requests.push({ operation, conditions, decides: isDecision({ operation, input }) });
    return false;
  };
  faults.delay(note, 0, { level: "call" });
}

/** Runs an operation with faults, and tells everything that must not have come of it. */
export async function runWithFaults(
  bench: Bench,
  rehearsal: Rehearsal,
  setFaults: (faults: Faults) => void,
  allowed: Allowed,
): Promise<string[]> {
  const { operation, engine, seed } = rehearsal;
  const { ending, items } = await perform(bench, operation, seed, setFaults, allowed);
  const { broken, outdated, dangling } = inspect(layouts, items);
  const mayDangle = (entry: Item) =>
    operation.age ||
    ((operation.deletes || !engine.transactions) && !layouts.get(textOf(entry, "_model")!)?.trueEntries);
  return [
    ...broken,
    ...outdated,
    ...traces(items),
    // What time has left to lead nowhere was there before.
    ...(allowed.audited && !operation.age
      ? await brokenIn({ schema: faultSchema, client: bench.client, table: bench.table })
      : []),
    ...dangling.filter((entry) => !mayDangle(entry)).map((entry) => `an entry leads nowhere: ${JSON.stringify(entry)}`),
    ...endingProblems(rehearsal, ending, stateOf(items), allowed),
  ];
}

async function perform(
  bench: Bench,
  operation: Operation,
  seed: readonly Item[],
  setFaults: (faults: Faults) => void,
  { contentionBudget, settle }: Pick<Allowed, "contentionBudget" | "settle">,
) {
  await bench.reset(seed);
  const faults = injectFaults(bench.client);
  setFaults(faults);
  const orm = openOrm(bench.client, bench.table, { contentionBudget });
  const ending: Ending = await operation.run(orm, bench.engine).then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
  faults.stop();
  await settle?.(bench);
  return { ending, items: await bench.items() };
}

function stateOf(items: readonly Item[]): State {
  return new Map(
    recordsOf(layouts, items).map(({ layout, values }) => [`${layout.model.name} ${String(values["id"])}`, values]),
  );
}

function endingProblems(
  { operation, before, after, result }: Rehearsal,
  ending: Ending,
  state: State,
  allowed: Allowed,
): string[] {
  const happened = isDeepStrictEqual(state, after);
  if ("result" in ending) {
    const lost = allowed.losesResponse && operation.afterLostDelete?.(ending.result);
    const right = lost || isDeepStrictEqual(ending.result, result);
    const problems = right ? [] : [`returned ${JSON.stringify(ending.result)} instead of ${JSON.stringify(result)}`];
    return happened
      ? problems
      : [...problems, `succeeded, and the records are ${show(state)} instead of ${show(after)}`];
  }
  const { error } = ending;
  if (!allowed.mayThrow(error))
    return [`threw ${error instanceof Error ? (error.stack ?? error.name) : String(error)}`];
  if (happened || isDeepStrictEqual(state, before)) return [];
  if (operation.parts && isMixture(state, before, after)) return [];
  return [`threw ${(error as Error).name}, and a part has happened: ${show(state)}`];
}

/** Whether each record is as it was before or as it would be after. */
function isMixture(state: State, before: State, after: State): boolean {
  const names = new Set([...state.keys(), ...before.keys(), ...after.keys()]);
  return [...names].every((name) => [before, after].some((side) => isDeepStrictEqual(state.get(name), side.get(name))));
}

function show(state: State): string {
  return JSON.stringify([...state.values()]);
}
