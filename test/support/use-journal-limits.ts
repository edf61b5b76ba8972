import { journalLimits } from "../../orm/dynamodb/engine/limits.ts";
import { useSettings } from "./use-settings.ts";

/** Lets the tests of a file run with other limits of the journal: what one request holds, and how long locks last. */
export function useJournalLimits(limits: Partial<typeof journalLimits>): void {
  useSettings(journalLimits, limits);
}
