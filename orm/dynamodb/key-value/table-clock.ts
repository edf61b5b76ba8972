import type { Send } from "../engine/client.ts";

/** The `Date` header counts whole seconds. */
const RESOLUTION_MS = 1000;

/**
 * The time that all processes of a table share: that of the table's own answers, which carry it in their `Date` header.
 * A process's clock may be a minute off; two processes that compared a stored time with their own clocks would disagree
 * by as much. Each answer says between which two values the difference of the two clocks lies. While that allows for
 * none, the process's clock is taken as it is, which is finer than the header.
 */
export class TableClock {
  /** The table's clock is ahead of this process's by so many milliseconds: at least, and at most. */
  #least = -Infinity;
  #most = Infinity;

  /** `local`: this process's clock, epoch milliseconds. */
  constructor(readonly local: () => number = () => Date.now()) {}

  /** A moment of this process's clock, now by default, at the earliest: by this a time that was stored is over. */
  earliest(moment = this.local()): number {
    return moment + (this.#agrees() ? 0 : this.#least);
  }

  /** Now, at the latest: from this a time to be stored is counted. */
  latest(): number {
    return this.local() + (this.#agrees() ? 0 : this.#most);
  }

  /** A client that learns the table's time from each answer, refusals included. */
  listenTo(client: Send): Send {
    const listening: Send & { readonly config: unknown } = {
      // The client's own, for whoever asks it for the region.
      config: (client as { readonly config?: unknown }).config,
      send: (command, ...options) => {
        addToStack(command, (next) => async (args) => {
          const sent = this.local();
          const answer = await next(args);
          this.#learn(dateOf(answer.response), sent);
          return answer;
        });
        return client.send(command, ...options);
      },
    };
    return listening;
  }

  #agrees(): boolean {
    return this.#least <= 0 && this.#most >= 0;
  }

  #learn(date: number, sent: number): void {
    if (Number.isNaN(date)) return;
    const least = date - this.local();
    const most = date + RESOLUTION_MS - sent;
    // This process's clock was set meanwhile: what was learnt before is of no use.
    const isNew = least > this.#most || most < this.#least;
    this.#least = isNew ? least : Math.max(this.#least, least);
    this.#most = isNew ? most : Math.min(this.#most, most);
  }
}

interface Answer {
  readonly response: unknown;
}

type Handler = (args: object) => Promise<Answer>;

interface Stack {
  add(middleware: (next: Handler) => Handler, options: { readonly step: string; readonly priority: string }): void;
}

/** Adds to the command, not to the client, which is the application's: below the SDK's retries, at the bare answer. */
function addToStack(command: object, middleware: (next: Handler) => Handler): void {
  const { middlewareStack } = command as { readonly middlewareStack: Stack };
  middlewareStack.add(middleware, { step: "deserialize", priority: "low" });
}

function dateOf(response: unknown): number {
  const { headers } = response as { readonly headers?: Readonly<Record<string, string | undefined>> };
  return Date.parse(headers?.["date"] ?? "");
}
