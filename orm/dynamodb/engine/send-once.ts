import { contention, errorName } from "./aws-errors.ts";
import type { Send } from "./client.ts";
import type { Operations } from "./operations.ts";

type Input = Operations["BatchGetItem"][0];
type Handler = (args: { readonly input: Input }) => Promise<unknown>;

/** A command whose chain of middleware is its own. */
interface Command {
  readonly input: Input;
  readonly middlewareStack: {
    add(middleware: (next: Handler) => Handler, options: { step: "finalizeRequest" }): void;
  };
}

/** What hides from the SDK that a request was throttled: it would send it again. */
class Throttled extends Error {
  constructor(readonly failure: unknown) {
    super(`The request was throttled (${errorName(failure)}), and is not sent again.`);
  }
}

/**
 * Sends a BatchGetItem that the SDK does not send again where it is throttled: what can wait gives a table that has too
 * much to do no more of it.
 */
export async function sendOnce(client: Send, command: object, abortSignal: AbortSignal): Promise<unknown> {
  const { input, middlewareStack } = command as Command;
  // In the command, not in the client, which is the application's: below the SDK's retries, whose priority is high.
  middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        // A chain that the client keeps (`cacheMiddleware`) may be used for others' requests, too.
        const isOwn = args.input.RequestItems === input.RequestItems;
        throw isOwn && contention(error) === "throttled" ? new Throttled(error) : error;
      }
    },
    { step: "finalizeRequest" },
  );
  try {
    // With options, such a client makes a chain for this command alone.
    return await client.send(command, { abortSignal });
  } catch (error) {
    throw error instanceof Throttled ? error.failure : error;
  }
}
