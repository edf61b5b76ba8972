import { expect, it } from "vitest";
import { sha256 as portable } from "../../../orm/util/sha256-portable.ts";
import { sha256 } from "../../../orm/util/sha256.ts";

it.each(["", "abc", "ada@example.com", "Zoë 🙂", "a".repeat(1000)])("both hashes of %j are the same", (text) => {
  expect([...portable(text)]).toEqual([...sha256(text)]);
});

it("is SHA-256", () => {
  expect(Buffer.from(sha256("abc")).toString("hex")).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
