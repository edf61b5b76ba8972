import { afterAll, beforeAll } from "vitest";

/** How long `auditStorage` waits before it looks again: for the writes of others to end. */
const AUDIT_MS = 300;

/** Lets the audits of a file look again at once: where nobody else writes, the pause is for nobody. */
export function useShortAuditPauses(): void {
  shortenPauses(AUDIT_MS);
}

/** Lets waits of just this length end at once, in this process and while the tests of a file run. */
export function shortenPauses(length: number): void {
  const { setTimeout: real } = globalThis;
  const short = (run: () => void, ms?: number, ...rest: []) => real(run, ms === length ? 0 : ms, ...rest);
  beforeAll(() => {
    globalThis.setTimeout = Object.defineProperties(short, Object.getOwnPropertyDescriptors(real)) as typeof real;
  });
  afterAll(() => {
    globalThis.setTimeout = real;
  });
}
