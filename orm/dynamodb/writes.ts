import { consumeRecord } from "./write/consume.ts";
import { createRecord, createRecords } from "./write/create.ts";
import { deleteRecords } from "./write/delete.ts";
import { incrementRecord } from "./write/increment.ts";
import { updateRecord, updateRecords } from "./write/update.ts";
import { upsertRecord } from "./write/upsert.ts";

/** The operations that write: loaded with the first of them, for a process that only checks sessions calls none. */
export const writes = {
  create: createRecord,
  createMany: createRecords,
  update: updateRecord,
  updateMany: updateRecords,
  deleteMany: deleteRecords,
  consume: consumeRecord,
  increment: incrementRecord,
  upsert: upsertRecord,
};
