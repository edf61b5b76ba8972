import { expect, it } from "vitest";
import { itemKey, parsePartition } from "../../../orm/dynamodb/layout/keys.ts";
import { placesOf } from "../../../orm/dynamodb/layout/place-items.ts";
import {
  entryFields,
  isNamed,
  modelEntries,
  parseEntryName,
} from "../../../orm/dynamodb/maintenance/push/entry-names.ts";
import { layoutFor } from "./layouts.ts";

it("names the entries of a model", () => {
  expect(modelEntries(layoutFor("account"))).toMatchObject({
    home: "index:userId",
    entries: ["index:provider>createdAt", "unique:id", "unique:provider+subject"],
    carries: ["createdAt", "id", "provider", "subject", "userId"],
  });
  expect(modelEntries(layoutFor("verification"))).toMatchObject({
    entries: ["index:>expiresAt#4", "unique:id"],
    expiry: "",
  });
  expect(modelEntries(layoutFor("session")).expiry).toBe("expiresAt+0");
});

it("reads its names", () => {
  expect(entryFields("index:provider>createdAt")).toEqual(["provider", "createdAt"]);
  expect(entryFields("index:>expiresAt#4")).toEqual(["expiresAt"]);
  expect(parseEntryName("index:>expiresAt#4")).toEqual({ kind: "index", fields: ">expiresAt", shards: 4 });
  for (const text of ["username", "user.unique:username", "unique:", "unique"])
    expect(parseEntryName(text)).toBeUndefined();
});

it.each(["user", "session", "account", "verification"] as const)("tells an entry of %s by one name", (model) => {
  const layout = layoutFor(model);
  const now = new Date();
  const values = { id: "a|b", email: "e", token: "t", userId: "u", provider: "p", subject: "s", identifier: "i" };
  const record = { ...values, createdAt: now, expiresAt: now };
  const entries = placesOf(layout, record, { born: "b", expiry: undefined }).slice(1);
  expect(entries).not.toHaveLength(0);
  const { entries: names } = modelEntries(layout);
  const named = entries.map(({ item }) => names.filter((name) => isNamed(name, item, "a|b")));
  expect(named.map((found) => found.length)).toEqual(named.map(() => 1));
  expect(named.flat().sort()).toEqual(names);
});

it("tells the shards of a model-wide order apart", () => {
  const layout = layoutFor("verification");
  const place = (id: string) =>
    placesOf(
      layout,
      { id, identifier: "i", expiresAt: new Date() },
      {
        born: "b",
        expiry: undefined,
      },
    ).find(({ kind }) => kind === "index")!.item;
  const ids = Array.from({ length: 20 }, (_, i) => `v${i}`);
  expect(ids.every((id) => isNamed("index:>expiresAt#4", place(id), id))).toBe(true);
  expect(ids.some((id) => !isNamed("index:>expiresAt#1", place(id), id))).toBe(true);
  expect(ids.every((id) => isNamed("index:>expiresAt#1", place(id)))).toBe(true);
});

it("reads the text of a key, and of none", () => {
  const [home, ...entries] = placesOf(layoutFor("user"), { id: "a|b", email: "e" }, { born: "b", expiry: undefined });
  expect(parsePartition(itemKey(home!.item)._pk)).toEqual({ model: "user", fields: "id", value: "a|b" });
  expect(parsePartition(itemKey(entries[0]!.item)._pk)).toMatchObject({ model: "user", fields: "email" });
  for (const text of ["|schema", "", "mine", "user|email"]) expect(parsePartition(text)).toBeUndefined();
});
