import { AsyncLocalStorage } from "node:async_hooks";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { aroundEach } from "vitest";

const tests = new AsyncLocalStorage<AbortSignal>();

// For the file that imports this: whatever a test calls and awaits knows whether that test is over.
aroundEach((runTest, { signal }) => tests.run(signal, runTest));

/** Lets a client refuse what a test that was given up still asks for: the next test must not meet its writes. */
export function stopWithTest(client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next) => (args) => {
      if (tests.getStore()?.aborted) throw new Error("The test that sends this request is over.");
      return next(args);
    },
    { step: "initialize", priority: "high", name: "stopWithTest" },
  );
}
