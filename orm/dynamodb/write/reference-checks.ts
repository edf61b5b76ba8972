import { danglingReference } from "../../errors.ts";
import { valuesEqual } from "../../values/compare.ts";
import { requireLayout, type StoreContext } from "../context.ts";
import { encodeValue } from "../layout/attribute-value.ts";
import type { Change } from "../layout/difference.ts";
import { writeText, type ItemWrite, type SameAttributes } from "../layout/item-write.ts";
import { uniqueKey, type ItemKey } from "../layout/keys.ts";
import { fieldOf, leavesMark, type EnforcedReference, type ModelLayout } from "../layout/model-layout.ts";
import { referredKey } from "../layout/places.ts";

/** A reference that a change gives to a record. */
export interface GivenReference {
  readonly reference: EnforcedReference;
  readonly value: unknown;
}

/**
 * The references that some changes give to records, and that must lead to a record when they are written. Not those
 * of models that expire: their orphans are harmless, and go by themselves.
 */
export function givenReferences(changes: readonly Change[]): GivenReference[] {
  const given = new Map<string, GivenReference>();
  for (const { layout, before, after } of changes) {
    if (!after || layout.model.expires) continue;
    for (const reference of layout.references) {
      const value = after[reference.field] ?? null;
      const { kind } = fieldOf(layout, reference.field);
      if (value === null || (before && valuesEqual(kind, before.values[reference.field], value))) continue;
      if (!isMade(changes, reference, value))
        given.set(`${referenceText(reference)} ${String(value)}`, { reference, value });
    }
  }
  return [...given.values()];
}

/** Whether these changes themselves make, or keep, the record referred to. */
function isMade(changes: readonly Change[], { target, key }: EnforcedReference, value: unknown): boolean {
  return changes.some(
    ({ layout, after }) =>
      layout.model.name === target && after && valuesEqual(fieldOf(layout, key).kind, after[key], value),
  );
}

/** The assertions, one for each record referred to, that go with the writes of some changes. */
export async function referenceChecks(
  context: StoreContext,
  given: readonly GivenReference[],
  writes: readonly ItemWrite[],
  writeId: string,
): Promise<ItemWrite[]> {
  const checks = new Map<string, ItemWrite>();
  const written = new Map(writes.map((write) => [writeText(write), write]));
  await Promise.all(
    given.map(async ({ reference, value }) => {
      const check = await checkOf(context, reference, value, writeId);
      const text = writeText(check);
      const own = written.get(text);
      if (own?.action === "delete") throw violation(reference);
      // DynamoDB takes one action an item: a record that is written here is there, or the write fails.
      if (!own && checks.get(text)?.action !== "touch") checks.set(text, check);
    }),
  );
  return [...checks.values()];
}

async function checkOf(
  context: StoreContext,
  reference: EnforcedReference,
  value: unknown,
  writeId: string,
): Promise<ItemWrite> {
  const layout = requireLayout(context, reference.target);
  const home = await homeOf(context, layout, reference, value);
  if (!home) throw violation(reference);
  const target = { layout, kind: "record", fields: [reference.key], key: home.key } as const;
  const guard = { type: "present", same: home.same } as const;
  // What must not happen to a record while others refer to it depends on the mark.
  return leavesMark(reference)
    ? { ...target, guard, action: "touch", set: { _refd: { S: writeId } } }
    : { ...target, guard, action: "check" };
}

/** Where the record is that a reference leads to, and what its home must hold to be it. */
async function homeOf(
  { items, homes }: StoreContext,
  layout: ModelLayout,
  { key }: EnforcedReference,
  value: unknown,
): Promise<{ readonly key: ItemKey; readonly same: SameAttributes } | undefined> {
  const { model, table } = layout;
  const place = uniqueKey(model, [key], { [key]: value });
  if (!place) return undefined;
  if (model.home.kind === "unique" && model.home.fields.join() === key) return { key: place, same: {} };
  const known = key === "id" ? homes.find(layout, value)?.key : undefined;
  const entry = known ? undefined : await items.get(model.name, table, place);
  const home = known ?? (entry && referredKey(entry));
  const field = fieldOf(layout, key);
  return home && { key: home, same: { [field.column]: encodeValue(field, value) } };
}

/** What is wrong where the assertion of a reference has failed. */
export function violationOf(failed: ItemWrite, given: readonly GivenReference[]): Error | undefined {
  const found = given.find(
    ({ reference }) => reference.target === failed.layout.model.name && failed.fields.join() === reference.key,
  );
  return found && violation(found.reference);
}

function violation(reference: EnforcedReference): Error {
  const { model, field } = reference;
  return danglingReference("dynamodb", { model, field, references: `${reference.target}.${reference.key}` });
}

function referenceText({ model, field, target, key }: EnforcedReference): string {
  return `${model}.${field} ${target}.${key}`;
}
