import { OrmError, transactionConflict } from "../../errors.ts";
import type { Item } from "../layout/attribute-value.ts";
import { beginInput, countInput, isToTurn, judge, turnInput, type Count, type CountStep } from "./counting.ts";
import { isLive, newMark, readValue, valueKey, type StoredValue } from "./stored-value.ts";
import type { TableRequests } from "./table-requests.ts";

/** Each try but the first follows another caller's success: beyond so many the caller is told. */
export const MAX_TRIES = 50;

/** What {@link countAt} did. */
export interface Counted {
  /** False where the counter was at its maximum. */
  readonly counted: boolean;
  /** The counter after this call. */
  readonly value: number;
  /** Milliseconds until it begins anew. */
  readonly remaining: number;
}

/** How a counter runs. */
export interface CounterRule {
  /** Milliseconds from its first count to its end. */
  readonly ttl: number;
  /** Where it stops; undefined: nowhere. */
  readonly max?: number | undefined;
}

/**
 * Adds one to the counter at a key, or begins one. One request, two for a new counter, and one more
 * after each so many (`MARKS`). Throws `INVALID_VALUE` where the
 * key holds text.
 */
export async function countAt(requests: TableRequests, text: string, { ttl, max }: CounterRule): Promise<Counted> {
  const { layout, clock } = requests;
  const count: Count = { key: valueKey(layout, text), mark: newMark(), max };
  const counted = (stored: StoredValue | undefined, wasCounted: boolean, value: number): Counted => ({
    counted: wasCounted,
    value,
    remaining: Math.max(0, (stored?.expiresAt ?? Infinity) - clock.earliest()),
  });
  let step: CountStep = "go on";
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const sent = clock.local();
    const answer = await takeStep(requests, count, step, ttl);
    if ("landed" in answer) {
      const { landed } = answer;
      if (isLive(landed, clock.earliest(sent))) {
        if (isToTurn(landed, count)) await turn(requests, count);
        return counted(landed, true, Number(landed.value));
      }
      // Counted on one that was over, by a clock that is behind and that this very answer has put right.
      step = "begin";
      continue;
    }
    const stored = readValue(answer.found);
    const now = clock.earliest();
    if (isLive(stored, now) && typeof stored.value !== "number") throw noCounter(layout.model.name);
    const verdict = judge(stored, count, now);
    if (verdict.done) return counted(stored, verdict.counted, verdict.value);
    ({ step } = verdict);
  }
  throw contended(layout.model.name);
}

type StepAnswer = { readonly landed: StoredValue | undefined } | { readonly found: Item | undefined };

async function takeStep(requests: TableRequests, count: Count, step: CountStep, ttl: number): Promise<StepAnswer> {
  const { layout, clock } = requests;
  if (step === "begin") {
    const input = beginInput(layout, count, clock.earliest(), clock.latest() + ttl);
    const answer = await requests.ask("PutItem", count.key, input, "read");
    return "output" in answer ? { landed: readValue(input.Item) } : { found: answer.found };
  }
  const input = countInput(layout, count, clock.earliest());
  // Taken for absent, it is found out by beginning it.
  const answer = await requests.ask("UpdateItem", count.key, input, "absent");
  return "output" in answer ? { landed: readValue(answer.output.Attributes as Item) } : { found: answer.found };
}

/** What fails here is done after the next so many writes: this one has been counted. */
async function turn(requests: TableRequests, count: Count): Promise<void> {
  try {
    await requests.send("UpdateItem", turnInput(requests.layout, count));
  } catch {
    return;
  }
}

/** The error of a caller who was never first. */
export function contended(model: string): OrmError {
  return transactionConflict(
    "dynamodb",
    model,
    `Others kept changing the same "${model}" key, also after ${MAX_TRIES} tries.`,
  );
}

function noCounter(model: string): OrmError {
  return new OrmError({
    code: "INVALID_VALUE",
    backendKind: "dynamodb",
    message: `A "${model}" key that holds text cannot be counted. Delete it first, or count under another key.`,
    meta: { model, target: ["value"] },
  });
}
