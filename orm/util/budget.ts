import { backoff, type Pace } from "./backoff.ts";

/** How long one operation bears contention by default, in milliseconds. */
export const DEFAULT_BUDGET_MS = 10_000;

/**
 * The time that one operation may spend on contention, whoever refuses it: a failed condition, a conflict, throttling.
 * All of an operation's tries draw on it, so that retries inside of retries do not multiply.
 */
export class Budget {
  readonly #deadline: number;

  /** `milliseconds` from now on. */
  constructor(readonly milliseconds: number) {
    this.#deadline = performance.now() + milliseconds;
  }

  /** Milliseconds that are left. */
  get left(): number {
    return Math.max(0, this.#deadline - performance.now());
  }

  /**
   * Waits before the try after `attempt` (from 1). False, at once, where the time is over or another try as long as the
   * last one (`lasted`, in milliseconds) would end after it.
   */
  async pause(attempt: number, pace: Pace, lasted = 0): Promise<boolean> {
    if (performance.now() + lasted >= this.#deadline) return false;
    await backoff(attempt, pace);
    return true;
  }
}
