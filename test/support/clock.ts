import { AsyncLocalStorage } from "node:async_hooks";
import { afterAll } from "vitest";

/** A clock that goes ahead of the machine's, for whatever is called under it. */
export interface Clock {
  /** In milliseconds. */
  ahead: number;
}

const clocks = new AsyncLocalStorage<Clock>();
const machine = Date.now;

// Drivers take hold of `Date.now` when they are made: by then it must be this one, which asks whose call it is.
Date.now = () => machine() + (clocks.getStore()?.ahead ?? 0);
afterAll(() => void (Date.now = machine));

/**
 * Runs something under a clock of its own: `Date.now()` tells that clock's time in it, and in all that it awaits. A
 * test that goes on although it is over, and any other test, have theirs. (`new Date()` is the machine's time as ever.)
 */
export function withClock<T>(run: (clock: Clock) => T, ahead = 0): T {
  const clock = { ahead };
  return clocks.run(clock, () => run(clock));
}
