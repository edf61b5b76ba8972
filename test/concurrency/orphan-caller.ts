import "../support/journal-limits.ts";
// A process that runs sides of races. The parent sends orders, and gets their outcomes.
import { localClient } from "../support/local-client.ts";
import { openRunner, type Outcome, type RaceName, type Runner, type Side } from "./orphan-races.ts";
import { addRandomDelays } from "./random-delays.ts";

export interface RaceOrder {
  /** The answer carries it. */
  readonly id: number;
  readonly endpoint: string;
  readonly table: string;
  readonly delay: number;
  readonly race: RaceName;
  readonly side: Side;
  readonly round: number;
}

export interface RaceAnswer {
  readonly id: number;
  readonly outcome: Outcome;
}

const runners = new Map<string, Runner>();

function runnerOf({ endpoint, table, delay }: RaceOrder): Runner {
  let runner = runners.get(table);
  if (!runner) {
    const client = localClient(endpoint);
    addRandomDelays(client, delay);
    runner = openRunner(client, table);
    runners.set(table, runner);
  }
  return runner;
}

process.on("message", (order: RaceOrder) => {
  void runnerOf(order)(order.race, order.side, order.round).then((outcome) => {
    const answer: RaceAnswer = { id: order.id, outcome };
    process.send!(answer);
  });
});
process.on("disconnect", () => process.exit());
process.send!("ready");
