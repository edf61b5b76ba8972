import { Bench } from "tinybench";
import { recordRequests } from "../../test/support/recording.ts";
import type { Comparison, Contender, Flow } from "./flow.ts";
import { cpuOf, prepared, together, warmUp } from "./running.ts";

/** Rounds of a flow: fewer where the machine is so busy that they take longer than the budget. */
const ROUNDS = 30;
const BUDGET_MS = 2500;
const CALLS_OF_A_TURN = 16;
const CALLS_AT_ONCE = 4;
const LATENCY_CALLS = 30;
/** Calls, by how many of them are under way at once. */
const LOADS = new Map([
  [10, 60],
  [50, 100],
]);
export const CONNECTIONS = [1, ...LOADS.keys()];

/** What one contender's way of a flow takes. */
export interface Result {
  readonly flow: string;
  readonly contender: string;
  /** "GetItem 2"; undefined where it sends none. */
  readonly requests: string | undefined;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Of this process, in microseconds a call. */
  readonly cpu: number;
  /** The CPU time beside the reference's of the same round. */
  readonly ratio: number;
  /** Milliseconds of half the calls, one at a time. */
  readonly p50: number;
  /** Calls a second, in the order of `CONNECTIONS`. */
  readonly perSecond: readonly number[];
}

interface Entry {
  readonly contender: Contender;
  readonly flow: Flow;
  /** CPU microseconds a call, by round. */
  readonly cpu: number[];
  p50: number;
  readonly perSecond: number[];
}

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;

/** Measures a flow by all contenders, once they are as they will be in a server that has run for a while. */
export async function measureFlow(name: string, { contenders, reference, effort }: Comparison): Promise<Result[]> {
  const entries = contenders.flatMap((contender): Entry[] => {
    const flow = contender.flows.find((one) => one.name === name);
    return flow ? [{ contender, flow, cpu: [], p50: 0, perSecond: [] }] : [];
  });
  for (const { flow } of entries) await warmUp(flow);
  await takeTurns(entries, effort);
  await takeLatencies(entries);
  await takeLoads(entries);
  const ofReference = entries.find(({ contender }) => contender.name === reference)!.cpu;
  const results: Result[] = [];
  for (const { contender, flow, cpu, p50, perSecond } of entries) {
    const ratio = median(cpu.map((own, round) => own / ofReference[round]!));
    const cost = await costOf(contender, flow);
    results.push({ flow: name, contender: contender.name, ...cost, cpu: median(cpu), ratio, p50, perSecond });
  }
  return results;
}

/** In turns, A B C, then C B A: other work of the machine, and each other's garbage, falls on all alike. */
async function takeTurns(entries: readonly Entry[], effort: number) {
  const backwards = [...entries].reverse();
  const started = performance.now();
  for (let round = 0; round < ROUNDS * effort && performance.now() - started < BUDGET_MS * effort; round++) {
    for (const { flow, cpu } of round % 2 === 0 ? entries : backwards) {
      const calls = await prepared(flow, CALLS_OF_A_TURN);
      cpu.push((await cpuOf(() => together(calls, CALLS_AT_ONCE))) / CALLS_OF_A_TURN);
    }
  }
}

async function takeLatencies(entries: readonly Entry[]) {
  const bench = new Bench({ iterations: LATENCY_CALLS, time: 0, warmup: false, throws: true });
  for (const { contender, flow } of entries) {
    let calls = await prepared(flow, LATENCY_CALLS);
    const afterAll = () => void (calls = []);
    bench.add(contender.name, () => calls.pop()!(), { async: true, afterAll });
  }
  for (const [at, { result }] of (await bench.run()).entries()) {
    if (result.state !== "completed") throw new Error(`A measurement ended as ${result.state}.`);
    entries[at]!.p50 = result.latency.p50;
    entries[at]!.perSecond.push(1000 / result.latency.mean);
  }
}

async function takeLoads(entries: readonly Entry[]) {
  for (const [connections, count] of LOADS) {
    for (const { flow, perSecond } of entries) {
      const calls = await prepared(flow, count);
      const started = performance.now();
      await together(calls, connections);
      perSecond.push((count * 1000) / (performance.now() - started));
    }
  }
}

/** What one call asks of DynamoDB, and whether it does what it should. */
async function costOf({ name, client }: Contender, flow: Flow) {
  const call = await flow.prepare();
  const recording = client && recordRequests(client);
  const result = await call();
  recording?.stop();
  if (!(await flow.succeeded(result))) throw new Error(`${flow.name}, ${name}: not done.`);
  return {
    requests: recording?.summary(),
    readUnits: recording?.readUnits() ?? 0,
    writeUnits: recording?.writeUnits() ?? 0,
  };
}
