import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Item } from "../../orm/dynamodb/layout/attribute-value.ts";
import { beforePlaces, difference, type Change } from "../../orm/dynamodb/layout/difference.ts";
import type { Guard, ItemWrite, SameAttributes } from "../../orm/dynamodb/layout/item-write.ts";
import { keyText } from "../../orm/dynamodb/layout/keys.ts";
import { layoutsOf } from "../../orm/dynamodb/layout/model-layout.ts";
import { numberOf, readRecord, textOf, type StoredRecord } from "../../orm/dynamodb/layout/stored-record.ts";
import { completeRecord } from "../../orm/values/normalize.ts";
import { manifest } from "./schema.ts";
import { settings } from "./settings.ts";
import { compatible, createDataOf, domainOf, type Values } from "./values.ts";

/** Items by key. */
type Store = Map<string, Item>;

const layouts = layoutsOf(manifest, { table: "one" });

function isSame(same: SameAttributes, item: Item | undefined): boolean {
  return Object.entries(same).every(([name, value]) => isDeepStrictEqual(item?.[name], value));
}

function holds(guard: Guard, item: Item | undefined): boolean {
  switch (guard.type) {
    case "absent":
      return item === undefined;
    case "record":
      return (
        textOf(item ?? {}, "_born") === guard.born &&
        (guard.version === undefined || numberOf(item ?? {}, "_v") === guard.version) &&
        isSame(guard.same, item)
      );
    case "present":
      return item !== undefined && isSame(guard.same, item);
    case "ownedOrAbsent":
      return item === undefined || textOf(item, "_born") === guard.born;
    case "owned":
      return item !== undefined && textOf(item, "_born") === guard.born;
    case "seen":
      return item !== undefined && textOf(item, "_born") === guard.born && textOf(item, "_w") === guard.write;
    case "none":
      return true;
  }
}

/** Applies writes as a transaction does: each key once, all guards on what was there before. */
function apply(store: Store, writes: readonly ItemWrite[]): void {
  const keys = writes.map(({ layout, key }) => keyText(layout.table, key));
  expect(new Set(keys).size).toBe(keys.length);
  for (const [i, { guard }] of writes.entries())
    expect(holds(guard, store.get(keys[i]!)), JSON.stringify(writes[i])).toBe(true);
  for (const [i, write] of writes.entries()) {
    if (write.action === "put") store.set(keys[i]!, write.item);
    else if (write.action === "delete") store.delete(keys[i]!);
    else if (write.action === "update") {
      const before = store.get(keys[i]!)!;
      const item: Item = { ...before, ...write.set, _v: { N: String((numberOf(before, "_v") ?? 0) + 1) } };
      for (const attribute of write.remove) delete item[attribute];
      store.set(keys[i]!, item);
    }
  }
}

function storedRecords(store: Store): StoredRecord[] {
  return [...store.values()].flatMap((item) => readRecord(layouts.get(textOf(item, "_model")!)!, item) ?? []);
}

/** The records of a store are these, and its items their places, no more and no less. */
function expectPlaces(store: Store, records: readonly Values[]): void {
  const stored = storedRecords(store);
  const byId = (a: Values, b: Values) => (String(a["id"]) < String(b["id"]) ? -1 : 1);
  expect(stored.map(({ values }) => values).sort(byId)).toEqual([...records].sort(byId));
  const places = stored.flatMap((record) => beforePlaces({ layout: record.layout, before: record, after: undefined }));
  expect(places.map(({ key }) => keyText("one", key)).sort()).toEqual([...store.keys()].sort());
  for (const { key, item } of places) expect(store.get(keyText("one", key))).toMatchObject(item);
  for (const { item } of stored) {
    if ("_ttl" in item && "_ettl" in item)
      expect(numberOf(item, "_ettl")).toBeGreaterThanOrEqual(numberOf(item, "_ttl")!);
  }
}

describe("difference", () => {
  const cases = domainOf(
    manifest,
    [...layouts.keys()].map((name) => [name]),
  ).chain((domain) => {
    const model = domain.models[0]!;
    const records = () =>
      fc
        .array(createDataOf(domain, model), { maxLength: 6, size: "max" })
        .map((all) => compatible(model, all).map((data) => completeRecord(model, data, () => "unused")));
    return fc.record({
      model: fc.constant(model),
      before: records(),
      after: records(),
      kept: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      now: fc.constantFrom(0, Date.UTC(2026, 0), 1e13),
    });
  });

  test("of any records before and after, applied, gives the places after", () => {
    fc.assert(
      fc.property(cases, ({ model, before, after, kept, now }) => {
        const layout = layouts.get(model.name)!;
        const store: Store = new Map();
        apply(
          store,
          difference(
            before.map((values) => ({ layout, before: undefined, after: values })),
            { id: "create", now: 1 },
          ),
        );
        expectPlaces(store, before);

        // A record goes on as one of the next with its id, or as any, which moves it: or it is deleted.
        const left = [...after];
        const changes: Change[] = storedRecords(store).map((record, i) => {
          const same = left.findIndex(({ id }) => id === record.values["id"]);
          const next = same >= 0 ? same : kept[i] && left.length > 0 ? 0 : -1;
          return { layout, before: record, after: next < 0 ? undefined : left.splice(next, 1)[0] };
        });
        changes.push(...left.map((values) => ({ layout, before: undefined, after: values })));
        apply(store, difference(changes, { id: "change", now }));
        expectPlaces(store, after);

        apply(
          store,
          difference(
            storedRecords(store).map((record) => ({ layout, before: record, after: undefined })),
            { id: "delete", now },
          ),
        );
        expect(store.size).toBe(0);
      }),
      settings(300),
    );
  });

  test("of a record as it is writes the record alone", () => {
    fc.assert(
      fc.property(cases, ({ model, before }) => {
        const layout = layouts.get(model.name)!;
        const store: Store = new Map();
        apply(
          store,
          difference(
            before.map((values) => ({ layout, before: undefined, after: values })),
            { id: "create", now: 1 },
          ),
        );
        const writes = difference(
          storedRecords(store).map((record) => ({ layout, before: record, after: record.values })),
          { id: "touch", now: 1 },
        );
        expect(writes.every(({ kind, action }) => kind === "record" && action === "update")).toBe(true);
      }),
      settings(300),
    );
  });
});
