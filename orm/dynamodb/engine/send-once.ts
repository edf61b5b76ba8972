import type { Send } from "./client.ts";

type Handler = (args: unknown) => Promise<unknown>;

interface Stack {
  add(middleware: (next: Handler) => Handler, options: { step: "finalizeRequest" }): void;
}

/** What hides the first failure from the SDK, which would take it for one that passes. */
class FirstFailure extends Error {
  constructor(readonly failure: unknown) {
    super("The first attempt has failed.");
  }
}

/** Sends a command without the SDK's retries: what is throttled gets no more to do by what can wait. */
export async function sendOnce(client: Send, command: object, abortSignal: AbortSignal): Promise<unknown> {
  const { middlewareStack } = command as { readonly middlewareStack: Stack };
  let underWay = true;
  // In the command, not in the client, which is the application's: below the SDK's retries, whose priority is high.
  middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw underWay ? new FirstFailure(error) : error;
      }
    },
    { step: "finalizeRequest" },
  );
  try {
    // With options, a client that keeps its chains (`cacheMiddleware`) makes one for this command alone.
    return await client.send(command, { abortSignal });
  } catch (error) {
    throw error instanceof FirstFailure ? error.failure : error;
  } finally {
    underWay = false;
  }
}
