import { describe, expect, it } from "vitest";
import { difference, type Change } from "../../../orm/dynamodb/layout/difference.ts";
import type { ItemWrite } from "../../../orm/dynamodb/layout/item-write.ts";
import { orderWrites } from "../../../orm/dynamodb/engine/ordered/ordered-plan.ts";
import { layoutFor, NOW, stored } from "./layouts.ts";

const expiresAt = new Date("2030-01-01T00:00:00.500Z");

/** What a write does to which place, in words: no hashes. */
function told({ action, kind, fields, guard }: ItemWrite): string {
  const locked = guard.type === "record" && "_lock" in guard.same;
  return `${action} ${kind} ${fields.join("+")} if ${locked ? "locked" : guard.type}`;
}

function plan(...changes: Change[]) {
  const { locks, steps, claims, leftovers } = orderWrites(difference(changes, { id: "w2", now: NOW }), "w2", NOW);
  return { locks: locks.map(told), steps: steps.map(told), claims: claims.map(told), leftovers: leftovers.map(told) };
}

function changed(name: "user" | "session", before: Record<string, unknown>, data: Record<string, unknown>): Change {
  const record = stored(name, before);
  return { layout: layoutFor(name), before: record, after: { ...record.values, ...data } };
}

const ada = { id: "ada", email: "ada@example.com" };
const bob = { id: "bob", email: "bob@example.com" };
const session = { id: "s1", token: "one", userId: "ada", expiresAt };

describe("writes without transactions", () => {
  it("of a new record: its entries first, and nothing to lock", () => {
    const { values } = stored("session", session);
    expect(plan({ layout: layoutFor("session"), before: undefined, after: values })).toEqual({
      locks: [],
      steps: ["put unique id if absent", "put index userId if none", "put record token if absent"],
      claims: ["put unique id if absent"],
      leftovers: [],
    });
  });

  it("of a changed unique value: the record is locked, the new value claimed, the old one left at the end", () => {
    expect(plan(changed("user", ada, { email: "new@example.com" }))).toEqual({
      locks: ["update record id if record"],
      steps: ["put unique email if absent", "update record id if locked"],
      claims: ["put unique email if absent"],
      leftovers: ["delete unique email if owned"],
    });
  });

  it("of a record that moves: entries lead to the new home before the old one is gone", () => {
    const { steps, locks } = plan(changed("session", session, { token: "two" }));
    expect(locks).toEqual(["delete record token if record"]);
    expect(steps).toEqual([
      // Held while it changes hands.
      "put unique id if ownedOrAbsent",
      "put record token if absent",
      "put unique id if seen",
      "put index userId if none",
      "delete record token if locked",
    ]);
  });

  it("of two records that swap a value: both locked, both values held", () => {
    const { steps, locks, leftovers } = plan(
      changed("user", ada, { email: bob.email }),
      changed("user", bob, { email: ada.email }),
    );
    expect(locks).toHaveLength(2);
    expect(steps).toEqual([
      ...Array(2).fill("put unique email if ownedOrAbsent"),
      ...Array(2).fill("update record id if locked"),
      ...Array(2).fill("put unique email if seen"),
    ]);
    expect(leftovers).toEqual([]);
  });

  it("of a deleted record beside others: it decides before they are written", () => {
    const consumed: Change = { layout: layoutFor("session"), before: stored("session", session), after: undefined };
    const { steps, locks, leftovers } = plan(changed("user", ada, { email: "new@example.com" }), consumed);
    expect(locks).toEqual(["update record id if record"]);
    expect(steps).toEqual([
      "put unique email if absent",
      "delete record token if record",
      "update record id if locked",
    ]);
    expect(leftovers).toEqual([
      "delete unique email if owned",
      "delete unique id if owned",
      "delete index userId if owned",
    ]);
  });

  it("of a record that refers to another: that is looked at when this one can be found", () => {
    const user = layoutFor("user");
    const check: ItemWrite = {
      layout: user,
      kind: "record",
      fields: ["id"],
      key: { _pk: "user|id|ada", _sk: "#" },
      action: "check",
      guard: { type: "present", same: {} },
    };
    const { values } = stored("session", session);
    const writes = difference([{ layout: layoutFor("session"), before: undefined, after: values }], {
      id: "w2",
      now: NOW,
    });
    expect(
      orderWrites([check, ...writes], "w2", NOW)
        .steps.map(told)
        .at(-1),
    ).toBe("check record id if present");
  });

  it("locks records in one order, whoever asks", () => {
    const swap = [changed("user", ada, { email: bob.email }), changed("user", bob, { email: ada.email })];
    const order = (changes: Change[]) =>
      orderWrites(difference(changes, { id: "w", now: NOW }), "w", NOW).locks.map(({ key }) => key._pk);
    expect(order([...swap].reverse())).toEqual(order(swap));
  });

  it("of a locked record: nobody else changes it, so that the lock is all it asks for", () => {
    const { steps } = orderWrites(
      difference([changed("user", ada, { email: "new@example.com" })], { id: "w2", now: NOW }),
      "w2",
      NOW,
    );
    const update = steps.find(({ action }) => action === "update")!;
    expect(update.guard).toEqual({ type: "record", born: "w1", same: { _lock: { S: "w2" } } });
  });
});
