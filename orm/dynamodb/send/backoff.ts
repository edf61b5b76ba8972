/** How often and how patiently contention is retried, beyond the SDK's own attempts. */
export interface RetryPolicy {
  /** Attempts in all. */
  readonly attempts: number;
  /** Milliseconds; doubled with each attempt. */
  readonly base: number;
  /** Milliseconds. */
  readonly cap: number;
}

export const RETRY: RetryPolicy = { attempts: 10, base: 20, cap: 1000 };

/** Waits before the attempt after `attempt` (from 1): full jitter, so that rivals part ways. */
export function backoff(attempt: number, policy: RetryPolicy = RETRY): Promise<void> {
  const ceiling = Math.min(policy.cap, policy.base * 2 ** (attempt - 1));
  return new Promise((resolve) => setTimeout(resolve, Math.random() * ceiling));
}
