import type { ChildProcess } from "node:child_process";
import type { CallerAnswer, CallerOrder } from "./caller.ts";
import { forkScript } from "./fork-script.ts";
import type { Call } from "./history.ts";
import type { Task } from "./tasks.ts";

let orders = 0;

/** Processes of callers, for every engine and one test after the other. */
export class Callers {
  private constructor(private readonly processes: ChildProcess[]) {}

  static async start(count: number): Promise<Callers> {
    return new Callers(await Promise.all(Array.from({ length: count }, startCaller)));
  }

  /** Does tasks, all at once, spread over the processes. Those of a test that is given up are killed. */
  async call(
    order: Omit<CallerOrder, "id" | "tasks">,
    tasks: readonly Task[],
    signal: AbortSignal,
  ): Promise<Call<Task>[]> {
    signal.throwIfAborted();
    const { processes } = this;
    const calls = await Promise.all(
      processes.map((child, i) =>
        ask(child, { ...order, id: (orders += 1), tasks: tasks.filter((_, n) => n % processes.length === i) }, signal),
      ),
    );
    return calls.flat();
  }

  /** Replaces the processes that were killed. */
  async restart(): Promise<void> {
    await Promise.all(
      this.processes.map(async (child, i) => {
        if (child.killed || !child.connected) this.processes[i] = await startCaller();
      }),
    );
  }

  stop(): void {
    for (const child of this.processes) child.kill();
  }
}

function startCaller(): Promise<ChildProcess> {
  return forkScript(new URL("./caller.ts", import.meta.url));
}

/** Gives a process an order, and waits for the answer to this one: it may answer an earlier one first. */
function ask(child: ChildProcess, order: CallerOrder, signal: AbortSignal): Promise<readonly Call<Task>[]> {
  return new Promise((resolve, reject) => {
    const listen = (answer: CallerAnswer) => {
      if (answer.id === order.id) settle(() => resolve(answer.calls));
    };
    const ended = () => settle(() => reject(new Error("A process of callers ended.")));
    const kill = () => void child.kill("SIGKILL");
    const settle = (end: () => void) => {
      child.off("message", listen);
      child.off("exit", ended);
      signal.removeEventListener("abort", kill);
      end();
    };
    child.on("message", listen);
    child.once("exit", ended);
    signal.addEventListener("abort", kill);
    child.send(order);
  });
}
