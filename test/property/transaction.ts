import fc from "fast-check";
import { isOrmError, type Isolation, type UntypedOrmClient } from "auth-dynamodb";
import { step } from "./lockstep.ts";
import { operationOf, seedOperations, type Operation } from "./operations.ts";
import { call, expectSame } from "./outcome.ts";
import { render } from "./render-operation.ts";
import { expectSameRecords, runOperation, type Subject } from "./sequence.ts";
import type { Domain } from "./values.ts";

/** Operations inside one transaction. */
export interface Block {
  readonly operations: readonly Operation[];
  /** How the callback ends, where no operation ends it before. */
  readonly end: "return" | "throw";
  /** Whether the callback goes on after an operation that failed. */
  readonly catches: boolean;
}

/** A transaction, or an operation outside of one. */
export type Step = Block | Operation;

/** Any transaction. An id cannot be changed inside of one. */
function blockOf(domain: Domain): fc.Arbitrary<Block> {
  return fc.record({
    operations: fc.array(operationOf(domain, { changeIds: false }), { minLength: 1, maxLength: 8, size: "max" }),
    end: fc.oneof(
      { weight: 4, arbitrary: fc.constant("return" as const) },
      { weight: 1, arbitrary: fc.constant("throw" as const) },
    ),
    catches: fc.boolean(),
  });
}

/** A run of transactions and other operations, on records to begin with. */
export function stepsOf(domain: Domain): fc.Arbitrary<Step[]> {
  const one = fc.oneof(blockOf(domain), operationOf(domain, { changeIds: true }));
  return fc
    .array(one, { minLength: 1, maxLength: 10, size: "max" })
    .map((steps) => [...seedOperations(domain), ...steps]);
}

/** Runs steps one after another on both clients; every answer and the final records must be the same. */
export async function runSteps(
  subject: Subject,
  steps: readonly Step[],
  isolation: Isolation = "read committed",
): Promise<void> {
  for (const one of steps) {
    if ("operations" in one) await runBlock(subject, one, isolation);
    else await runOperation(subject, one);
  }
  await expectSameRecords(subject);
}

/** How the DynamoDB callback ended. */
interface Course {
  /** Memory refused a unique value that DynamoDB has not looked at yet: its commit must refuse it. */
  violates: boolean;
  thrown: boolean;
}

/** Runs a transaction on both clients, operation by operation: the same answers, the same end. */
async function runBlock({ manifest, memory, dynamodb }: Subject, block: Block, isolation: Isolation): Promise<void> {
  const course: Course = { violates: false, thrown: false };
  const stop = new Error("stop");
  let committed: Error | undefined;
  const follow = async (tx: UntypedOrmClient) => {
    committed = await errorOf(
      dynamodb.transaction(
        async (own) => {
          await runInside({ manifest, memory: tx, dynamodb: own }, block, course);
          if (course.thrown) throw stop;
        },
        { isolation },
      ),
    );
    if (committed !== undefined) throw stop;
  };
  const error = await errorOf(memory.transaction(follow, { isolation }));
  if (error !== undefined && error !== stop) throw error;
  if (course.thrown) return expectEnd(block, "a throw", committed === stop);
  if (course.violates)
    return expectEnd(
      block,
      "a unique violation at the commit",
      isOrmError(committed, "UNIQUE_CONSTRAINT_VIOLATION"),
      committed,
    );
  // 100 items: memory has no such limit.
  if (isOrmError(committed, "TRANSACTION_TOO_LARGE")) return;
  expectEnd(block, "a commit", committed === undefined, committed);
}

async function runInside(subject: Subject, block: Block, course: Course): Promise<void> {
  let probed = false;
  const probe = (operation: Operation) => {
    probed = true;
    return call(subject.memory, operation);
  };
  for (const operation of block.operations) {
    const outcomes = await step({ ...subject, probe }, operation);
    if (!outcomes.memory.ok && outcomes.memory.code === "UNIQUE_CONSTRAINT_VIOLATION" && outcomes.dynamodb.ok) {
      course.violates = true;
      return;
    }
    expectSame(operation, outcomes.memory, outcomes.dynamodb);
    if (outcomes.memory.ok || (block.catches && !probed)) continue;
    course.thrown = true;
    return;
  }
  course.thrown = block.end === "throw";
}

async function errorOf(promise: Promise<unknown>): Promise<Error | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function expectEnd(block: Block, expected: string, met: boolean, actual?: Error): void {
  if (met) return;
  throw new Error(`expected ${expected} of ${render(block)}\ngot ${actual?.stack ?? "none"}`);
}
