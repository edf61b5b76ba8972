import { defineSchema, id, model, string } from "auth-dynamodb";

const fields = {
  id: id(),
  email: string().unique(),
  name: string(),
  username: string().nullable(),
  company: string().nullable(),
};

/** Before and after a unique field and an index are added. */
export const schemas = {
  old: defineSchema({ user: model({ table: "users", fields }) }),
  new: defineSchema({
    user: model({
      table: "users",
      fields: { ...fields, username: string().unique().nullable() },
      constraints: { indexes: [["company"]] },
    }),
  }),
};
