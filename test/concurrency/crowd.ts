import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { brokenIn } from "../fault/audit.ts";
import { faultLayouts, faultSchema, openOrm, PATIENT_MS, type FaultClient } from "../fault/schema.ts";
import { createTable, inspect, readItems, type Findings } from "../fault/storage.ts";
import { uniquePrefix, type Engine } from "../support/engines.ts";
import type { Callers } from "./callers.ts";
import { addContention } from "./contention.ts";
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
    private readonly others: Callers | undefined,
    private readonly signal: AbortSignal,
  ) {}

  /** Prepares a table for the test of `signal`. Without other processes the callers are in this one. */
  static async on(engine: Engine, signal: AbortSignal, others?: Callers): Promise<Crowd> {
    const client = engine.createClient();
    const table = uniquePrefix("crowd");
    await createTable(client, table);
    addContention(client, CONFLICTS);
    return new Crowd(engine, client, table, openOrm(client, table, { contentionBudget: PATIENT_MS }), others, signal);
  }

  /** Does one task with every argument, all at once, spread over the processes. */
  async call<Name extends TaskName>(
    name: Name,
    args: readonly TaskArg<Name>[],
  ): Promise<Call<TaskArg<Name>, TaskResult<Name>>[]> {
    const calls = await this.callMixed(args.map((arg) => ({ name, arg }) as Task));
    return calls.map((call) => ({ ...call, arg: call.arg.arg })) as Call<TaskArg<Name>, TaskResult<Name>>[];
  }

  /** Does several tasks, all at once. */
  async callMixed(tasks: readonly Task[]): Promise<Call<Task>[]> {
    const { engine, table, others, signal } = this;
    if (!others) {
      const orm = openOrm(this.client, table, { contentionBudget: PATIENT_MS });
      return callAll(tasks, (task) => runTask(orm, task));
    }
    const order = { endpoint: engine.endpoint, table, conflicts: CONFLICTS, at: now() + LEAD_MS };
    return others.call(order, tasks, signal);
  }

  /** What is wrong with the table. */
  async inspect(): Promise<Findings> {
    const found = inspect(faultLayouts(this.table), await readItems(this.client, this.table));
    return {
      ...found,
      broken: [...found.broken, ...(await brokenIn({ schema: faultSchema, client: this.client, table: this.table }))],
    };
  }
}
