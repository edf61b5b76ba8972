/** How the waits between tries grow. */
export interface Pace {
  /** Milliseconds; doubled with each try. */
  readonly base: number;
  /** Milliseconds. */
  readonly cap: number;
}

/** After a refusal for capacity: patience helps the one who refused. */
export const THROTTLED: Pace = { base: 20, cap: 1000 };

/** After a lost race: somebody else has won it, and is gone soon. */
export const RACE: Pace = { base: 4, cap: 250 };

/** Waits before the try after `attempt` (from 1): full jitter, so that rivals part ways. */
export function backoff(attempt: number, pace: Pace = THROTTLED): Promise<void> {
  const ceiling = Math.min(pace.cap, pace.base * 2 ** (attempt - 1));
  return new Promise((resolve) => setTimeout(resolve, Math.random() * ceiling));
}
