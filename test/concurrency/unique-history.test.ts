import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { randomFrom } from "../fault/random.ts";
import { enginesWithConflicts as engines } from "../support/engines.ts";
import { unexpectedErrors } from "./checkers.ts";
import { Crowd } from "./crowd.ts";
import { errorOf, resultOf, type Call } from "./history.ts";
import { isLinearizable } from "./linearizability.ts";
import type { Task } from "./tasks.ts";

const VIOLATION = "UNIQUE_CONSTRAINT_VIOLATION";
const CLIENTS = 10;
const CALLS = 15;
const EMAILS = ["a@example.com", "b@example.com"];
const ROUNDS = 3 * Number(process.env["STRESS"] ?? 1);

/** Whose a unique value is, or null. */
function holder(state: string | null, call: Call<Task>): string | null | undefined {
  const { name, arg } = call.arg;
  if (name === "createUser") {
    if (errorOf(call) === undefined) return state === null ? (arg as { id: string }).id : undefined;
    return state !== null ? state : undefined;
  }
  const found = (resultOf(call) as { id: string } | null)?.id ?? null;
  if (found !== state) return undefined;
  return name === "consumeByEmail" ? null : state;
}

describe.each(engines)("on $name, users that come and go under the same e-mails", (engine) => {
  let crowd: Crowd;
  beforeEach(async ({ signal }) => {
    crowd = await Crowd.on(engine, signal);
  });
  afterEach(async () => {
    expect(await crowd.inspect()).toMatchObject({ broken: [], outdated: [] });
  });

  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
    "behave as if one call came after the other (%i)",
    async (round) => {
      const random = randomFrom(round + Date.now());
      const clients = Array.from({ length: CLIENTS }, async (_, client) => {
        const calls: Call<Task>[] = [];
        for (let n = 0; n < CALLS; n++) {
          const email = EMAILS[Math.floor(random() * EMAILS.length)]!;
          const name = (["createUser", "createUser", "consumeByEmail", "findByEmail"] as const)[
            Math.floor(random() * 4)
          ]!;
          calls.push(...(await crowd.callMixed([{ name, arg: { id: `${client}-${n}`, email } } as Task])));
        }
        return calls;
      });
      const history = (await Promise.all(clients)).flat();
      expect(unexpectedErrors(history, [VIOLATION])).toEqual([]);
      for (const email of EMAILS) {
        const calls = history.filter(({ arg }) => (arg.arg as { email: string }).email === email);
        expect(isLinearizable<string | null, Call<Task>>(calls, null, holder)).toBe(true);
      }
    },
  );
});
