import { isOrmError } from "../../../errors.ts";
import { fillRecord } from "../push/fill-record.ts";
import { sweepTable } from "../../engine/journal/sweep-table.ts";
import type { StoreContext } from "../../context.ts";
import { sameKey } from "../../layout/keys.ts";
import { newWriteId } from "../../layout/write-ids.ts";
import type { StoredRecord } from "../../layout/stored-record.ts";
import { commit } from "../../write/commit.ts";
import { entryRemoval, isYoungEntry } from "../../write/entry-removal.ts";
import type { Finding, Sighting } from "./finding.ts";
import { repairOrphan } from "./repair-orphan.ts";

/**
 * Puts right what can be put right without deciding for the application, with conditional writes:
 * what has changed since the look is left alone. Returns whether it is in order now.
 */
export async function repair(context: StoreContext, { finding, subject }: Sighting): Promise<boolean> {
  try {
    if (subject.type === "none" || subject.type === "kept" || finding.kind === "duplicateValue") return false;
    if (subject.type === "transaction") {
      const { pending } = await sweepTable(context.sender, "", finding.table, context.now());
      return pending === 0;
    }
    if (subject.type === "orphan") return await repairOrphan(context, subject.orphan);
    if (subject.type === "record") return await repairRecord(context, finding, subject.record);
    // What makes a young one lead nowhere may be under way.
    if (isYoungEntry(context, subject.entry)) return false;
    // Where this fails, the entry is not there any more, or another one is.
    await context.engine.write([entryRemoval(subject.layout, subject.entry)], "");
    return true;
  } catch (error) {
    // Somebody else writes there: the next audit sees what came of it.
    if (isOrmError(error, "TRANSACTION_CONFLICT")) return false;
    throw error;
  }
}

async function repairRecord(context: StoreContext, finding: Finding, record: StoredRecord): Promise<boolean> {
  const { layout, values } = record;
  if (finding.kind === "recordExpiry") {
    // Written as it is: every write gives a record and its entries the expiry they should have.
    if ((await commit(context.next(), [{ layout, before: record, after: values }])) !== "done") return false;
  }
  const wanted =
    finding.kind === "recordExpiry"
      ? () => true
      : ({ key }: { readonly key: Finding["key"] }) => sameKey(key, finding.key);
  const { duplicates } = await fillRecord(context, record, wanted, newWriteId());
  return duplicates.length === 0;
}
