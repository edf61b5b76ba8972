import { afterAll, beforeAll } from "vitest";

/** Lets the tests of a file, or of a suite, run with other settings. */
export function useSettings<Settings extends object>(settings: Settings, others: Partial<Settings>): void {
  const before = { ...settings };
  beforeAll(() => void Object.assign(settings, others));
  afterAll(() => void Object.assign(settings, before));
}
