import type { Content } from "./storage.ts";
import type { PlannedWrite } from "./world.ts";

/** Two records that are there. */
export const X = "x/1/r0";
export const Y = "-/1/r1";

/** A change of a record as it was read. */
export function update(item: number, from: Content, to: Content): PlannedWrite {
  return { item, guard: { type: "is", content: from }, next: to, was: true };
}

export function remove(item: number, from: Content): PlannedWrite {
  return { item, guard: { type: "is", content: from }, next: null, was: true };
}

export function create(item: number, content: Content): PlannedWrite {
  return { item, guard: { type: "absent" }, next: content };
}

/** The unique entry of a value that a record had: given to another, or removed. */
export function pass(item: number, born: string, content: Content | null): PlannedWrite {
  return { item, guard: { type: "ownedOrAbsent", born }, next: content, was: true };
}

/** An index entry: nobody else's, so whatever is there. */
export function index(item: number, content: Content | null, was = false): PlannedWrite {
  return { item, guard: { type: "none" }, next: content, was };
}
