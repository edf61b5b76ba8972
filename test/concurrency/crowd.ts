import type { ChildProcess } from "node:child_process";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { brokenIn } from "../fault/audit.ts";
import { faultLayouts, faultSchema, openOrm, type FaultClient } from "../fault/schema.ts";
import { createTable, inspect, readItems, type Findings } from "../fault/storage.ts";
import { uniquePrefix, type Engine } from "../support/engines.ts";
import type { CallerOrder } from "./caller.ts";
import { addContention } from "./contention.ts";
import { forkScript } from "./fork-script.ts";
import { callAll, now, type Call } from "./history.ts";
import { runTask, type Task, type TaskArg, type TaskName, type TaskResult } from "./tasks.ts";

/** Of the writes, how many meet a conflict that the engine would not have made. */
const CONFLICTS = 0.05;
/** Until all processes have their orders. */
const LEAD_MS = 30;

/** Callers on one table, in this process or in others. */
export class Crowd {
  private constructor(
    private readonly engine: Engine,
    private readonly client: DynamoDBClient,
    readonly table: string,
    /** A client of the table for what comes before and after. */
    readonly orm: FaultClient,
    private readonly others: readonly ChildProcess[],
  ) {}

  /** Prepares a table. Without other processes the callers are in this one. */
  static async on(engine: Engine, others: readonly ChildProcess[]): Promise<Crowd> {
    const client = engine.createClient();
    const table = uniquePrefix("crowd");
    await createTable(client, table);
    addContention(client, CONFLICTS);
    return new Crowd(engine, client, table, openOrm(client, table), others);
  }

  /** Does one task with every argument, all at once, spread over the processes. */
  async call<Name extends TaskName>(name: Name, args: readonly TaskArg<Name>[]): Promise<Call<TaskArg<Name>, TaskResult<Name>>[]> {
    const calls = await this.callMixed(args.map((arg) => ({ name, arg }) as Task));
    return calls.map((call) => ({ ...call, arg: call.arg.arg })) as Call<TaskArg<Name>, TaskResult<Name>>[];
  }

  /** Does several tasks, all at once. */
  async callMixed(tasks: readonly Task[]): Promise<Call<Task>[]> {
    if (this.others.length === 0) {
      const orm = openOrm(this.client, this.table);
      return callAll(tasks, (task) => runTask(orm, task));
    }
    const at = now() + LEAD_MS;
    const share = (i: number) => tasks.filter((_, n) => n % this.others.length === i);
    const calls = await Promise.all(this.others.map((child, i) => this.#send(child, at, share(i))));
    return calls.flat();
  }

  #send(child: ChildProcess, at: number, tasks: readonly Task[]): Promise<Call<Task>[]> {
    const order: CallerOrder = { endpoint: this.engine.endpoint, table: this.table, conflicts: CONFLICTS, at, tasks };
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error("A process of callers ended."));
      child.once("exit", ended);
      child.once("message", (calls: Call<Task>[]) => {
        child.off("exit", ended);
        resolve(calls);
      });
      child.send(order);
    });
  }

  /** What is wrong with the table. */
  async inspect(): Promise<Findings> {
    const { broken, dangling } = inspect(faultLayouts(this.table), await readItems(this.client, this.table));
    return { broken: [...broken, ...(await brokenIn({ schema: faultSchema, client: this.client, table: this.table }))], dangling };
  }
}

/** Processes of callers, for every engine. */
export function startCallers(processes: number): Promise<ChildProcess[]> {
  return Promise.all(Array.from({ length: processes }, () => forkScript(new URL("./caller.ts", import.meta.url))));
}
