import { datetime, id, string } from "../schema/fields.ts";
import { model } from "../schema/model.ts";

/** A parent, and dependents of every kind: what the contract says of references is tested on these. */
export const referenceModels = {
  parent: model({
    table: "contract_parents",
    fields: {
      id: id(),
      code: string().unique(),
      /** A circle of one, or a ring. */
      aboveId: string().nullable().references("parent.id", { onDelete: "cascade" }),
      note: string().nullable(),
    },
  }),
  child: model({
    table: "contract_children",
    fields: {
      id: id(),
      parentId: string().references("parent.id", { onDelete: "cascade" }),
      label: string().nullable().unique(),
      note: string().nullable(),
    },
  }),
  grandchild: model({
    table: "contract_grandchildren",
    fields: { id: id(), childId: string().references("child.id", { onDelete: "cascade" }) },
    // Its home moves with the reference.
    clusterBy: "childId",
  }),
  coded: model({
    table: "contract_coded",
    fields: { id: id(), code: string().references("parent.code", { onDelete: "cascade" }) },
  }),
  nulled: model({
    table: "contract_nulled",
    fields: { id: id(), parentId: string().nullable().references("parent.id", { onDelete: "set null" }) },
  }),
  defaulted: model({
    table: "contract_defaulted",
    fields: {
      id: id(),
      parentId: string().default("contract-house").references("parent.id", { onDelete: "set default" }),
      otherId: string().nullable().references("parent.id", { onDelete: "set default" }),
    },
  }),
  restricted: model({
    table: "contract_restricted",
    fields: {
      id: id(),
      parentId: string().nullable().references("parent.id", { onDelete: "restrict" }),
      childId: string().nullable().references("child.id", { onDelete: "cascade" }),
    },
  }),
  unacted: model({
    table: "contract_unacted",
    fields: { id: id(), parentId: string().nullable().references("parent.id", { onDelete: "no action" }) },
  }),
  ticket: model({
    table: "contract_tickets",
    fields: {
      id: id(),
      token: string().unique(),
      parentId: string().references("parent.id", { onDelete: "cascade" }),
      expiresAt: datetime(),
    },
    clusterBy: "token",
    expires: "expiresAt",
  }),
  left: model({
    table: "contract_left",
    fields: { id: id(), rightId: string().nullable().references("right.id", { onDelete: "cascade" }) },
  }),
  right: model({
    table: "contract_right",
    fields: { id: id(), leftId: string().nullable().references("left.id", { onDelete: "cascade" }) },
  }),
};
