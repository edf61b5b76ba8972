import { setImmediate } from "node:timers/promises";
import { mapLimit } from "../../orm/util/map-limit.ts";
import type { Call, Flow } from "./flow.ts";

const WARM_UP_CALLS = 60;

/** The next calls of a flow. */
export function prepared(flow: Flow, count: number): Promise<Call[]> {
  return mapLimit(Array.from({ length: count }), 10, () => flow.prepare());
}

/**
 * Calls with some of them under way at once. Each begins in a turn of the event loop of its own, as requests come to a
 * server: reads of one turn share a request here, which would make all calls look like one.
 */
export async function together(calls: readonly Call[], connections: number): Promise<void> {
  await mapLimit(calls, connections, async (call) => {
    await setImmediate();
    return call();
  });
}

export async function warmUp(flow: Flow): Promise<void> {
  await together(await prepared(flow, WARM_UP_CALLS), 10);
}

/** CPU time of this process, in microseconds. The engine is another process. */
export async function cpuOf(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
