import { journalLimits } from "../../orm/dynamodb/engine/limits.ts";

// With JOURNAL_ITEMS=3 nearly every transaction is more than one request holds: in the tests' own process and in those
// that they start.
const { JOURNAL_ITEMS } = process.env;
if (JOURNAL_ITEMS) Object.assign(journalLimits, { items: Number(JOURNAL_ITEMS) });
