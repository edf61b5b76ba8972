import { afterAll, beforeAll } from "vitest";
import { journalLimits } from "../../orm/dynamodb/engine/limits.ts";

/** Lets the tests of a file run with other limits of the journal: what one request holds, and how long locks last. */
export function useJournalLimits(limits: Partial<typeof journalLimits>): void {
  const before = { ...journalLimits };
  beforeAll(() => void Object.assign(journalLimits, limits));
  afterAll(() => void Object.assign(journalLimits, before));
}
