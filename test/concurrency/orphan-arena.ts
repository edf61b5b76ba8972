import type { ChildProcess } from "node:child_process";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Schema } from "auth-dynamodb";
import { createAuthSchema } from "auth-dynamodb/better-auth";
import { pushSchema } from "auth-dynamodb/setup";
import { compileManifest } from "../../orm/schema/compile-manifest.ts";
import { layoutsOf } from "../../orm/dynamodb/layout/model-layout.ts";
import { mapLimit } from "../../orm/util/map-limit.ts";
import { audit } from "../fault/audit.ts";
import { readItems, recordsOf } from "../fault/storage.ts";
import { uniquePrefix, type Engine } from "../support/engines.ts";
import { seed } from "../support/seed.ts";
import { forkScript } from "./fork-script.ts";
import { nodeSchema, orphanAuthOptions, tablesOf } from "./orphan-models.ts";
import type { RaceAnswer, RaceOrder } from "./orphan-caller.ts";
import { authJsSchema, openRunner, type Outcome, type RaceName, type Runner, type Side } from "./orphan-races.ts";
import { rowsOf } from "./orphan-rows.ts";
import { addRandomDelays } from "./random-delays.ts";

/** Milliseconds that a request, and its answer, may wait. */
const DELAY_MS = 8;
/** Rounds at once. */
const CONCURRENCY = 8;

/** How both sides of a round ended. */
export interface Round {
  readonly round: number;
  readonly add: Outcome;
  readonly remove: Outcome;
}

/** Tables full of users, organizations and parents, and those who race for them. */
export class OrphanArena {
  readonly #client: DynamoDBClient;
  readonly #table = uniquePrefix("races");
  readonly #schemas: readonly (readonly [table: string, schema: Schema])[];
  #runners: readonly Runner[] = [];
  #processes: readonly ChildProcess[] = [];

  private constructor(private readonly engine: Engine) {
    this.#client = engine.createClient();
    const { auth, authJs, nodes } = tablesOf(this.#table);
    this.#schemas = [
      [auth, createAuthSchema(orphanAuthOptions())],
      [authJs, authJsSchema],
      [nodes, nodeSchema],
    ];
  }

  /** Prepares as many rounds of each race, run by this process or by others. */
  static async open(engine: Engine, processes: number, rounds: number): Promise<OrphanArena> {
    const arena = new OrphanArena(engine);
    await arena.#prepare(rounds);
    if (processes === 1) {
      const client = engine.createClient();
      addRandomDelays(client, DELAY_MS);
      arena.#runners = [openRunner(client, arena.#table)];
    } else {
      const script = new URL("./orphan-caller.ts", import.meta.url);
      arena.#processes = await Promise.all(Array.from({ length: processes }, () => forkScript(script)));
      arena.#runners = arena.#processes.map((child) => arena.#runnerIn(child));
    }
    return arena;
  }

  /** Runs a race round after round, several at once, each side by another process where there are several. */
  async run(race: RaceName, rounds: number): Promise<Round[]> {
    const sides: readonly Side[] = ["add", "remove"];
    return mapLimit(
      Array.from({ length: rounds }, (_, round) => round),
      CONCURRENCY,
      async (round) => {
        const [add, remove] = await Promise.all(
          sides.map(async (side, i) => {
            const runner = this.#runners[(round + i) % this.#runners.length]!;
            await new Promise((resolve) => setTimeout(resolve, Math.random() * LATER_MS[race][side]));
            return runner(race, side, round);
          }),
        );
        return { round, add: add!, remove: remove! };
      },
    );
  }

  /** Runs one side alone. */
  alone(race: RaceName, side: Side, round: number): Promise<Outcome> {
    return this.#runners[0]!(race, side, round);
  }

  /** The rows whose parent is not there, as the tables have them. */
  async orphans(): Promise<string[]> {
    const found = await Promise.all(
      this.#schemas.map(async ([table, schema]) => {
        const layouts = layoutsOf(compileManifest(schema), { table });
        const records = recordsOf(layouts, await readItems(this.#client, table));
        const keys = new Set(
          records.flatMap(({ layout, values }) =>
            Object.entries(values).map(([name, value]) => `${layout.model.name}.${name} ${String(value)}`),
          ),
        );
        return records.flatMap(({ layout, values }) => {
          // Those that expire go by themselves.
          const lost = layout.references.filter(
            ({ field, target, key }) =>
              !layout.model.expires && values[field] !== null && !keys.has(`${target}.${key} ${String(values[field])}`),
          );
          return lost.map(({ field }) => `${layout.model.name} ${String(values["id"])}: ${field}`);
        });
      }),
    );
    return found.flat();
  }

  /** What an audit says of the tables: kinds of what is broken, and of all that it found. */
  async audit(): Promise<{ readonly broken: readonly string[]; readonly harmless: readonly string[] }> {
    const findings = await Promise.all(
      this.#schemas.map(([table, schema]) => audit({ schema, client: this.#client, table })),
    );
    const of = (wanted: string) =>
      findings.flat().flatMap(({ severity, kind, model, detail }) => {
        return severity === wanted ? [`${kind} of ${model}: ${detail}`] : [];
      });
    return { broken: of("broken"), harmless: of("harmless") };
  }

  stop(): void {
    for (const child of this.#processes) child.kill();
  }

  async #prepare(rounds: number): Promise<void> {
    const client = this.#client;
    await Promise.all(this.#schemas.map(([table, schema]) => pushSchema({ schema, client, table })));
    const records = Array.from({ length: rounds }, (_, round) => rowsOf(round));
    for (const [i, [table, schema]] of this.#schemas.entries()) {
      await seed(
        client,
        schema,
        { table },
        records.flatMap((all) => all[i]!),
      );
    }
  }

  #runnerIn(child: ChildProcess): Runner {
    const waiting = new Map<number, (outcome: Outcome) => void>();
    child.on("message", ({ id, outcome }: RaceAnswer) => waiting.get(id)?.(outcome));
    child.on("exit", () => {
      for (const settle of waiting.values()) settle("the process ended");
    });
    let orders = 0;
    return (race, side, round) => {
      orders += 1;
      const order: RaceOrder = {
        ...{ id: orders, endpoint: this.engine.endpoint, table: this.#table, delay: DELAY_MS },
        ...{ race, side, round },
      };
      return new Promise((resolve) => {
        waiting.set(order.id, resolve);
        child.send(order);
      });
    };
  }
}

/** Up to so many milliseconds later begins the side of a race that has less to read before it writes. */
const LATER_MS: Record<RaceName, Record<Side, number>> = {
  "accept-invitation beside delete-user": { add: 80, remove: 20 },
  "sign-in with Google beside delete-user": { add: 120, remove: 0 },
  "accept-invitation beside organization/delete": { add: 20, remove: 80 },
  "linkAccount beside deleteUser": { add: 20, remove: 20 },
  "a child's create beside its parent's delete": { add: 20, remove: 20 },
};
