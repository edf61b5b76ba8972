import { sameAttribute } from "../layout/attribute-value.ts";
import { writeText, type Guard, type ItemWrite } from "../layout/item-write.ts";

/** Writes together with what is asserted beside them. */
export interface Asserted {
  readonly writes: ItemWrite[];
  /** Those whose guards hold an assertion. */
  readonly asserting: ReadonlySet<ItemWrite>;
}

/**
 * Adds assertions to writes. DynamoDB takes one action an item: where an item is written, or asserted otherwise, the
 * guards become one. Returns the write that contradicts an assertion where both cannot hold.
 */
export function withAssertions(writes: readonly ItemWrite[], assertions: readonly ItemWrite[]): Asserted | ItemWrite {
  const all = new Map(writes.map((write) => [writeText(write), write]));
  const asserting = new Set<ItemWrite>();
  for (const assertion of assertions) {
    const text = writeText(assertion);
    const own = all.get(text);
    const guard = own ? bothGuards(own.guard, assertion.guard) : assertion.guard;
    if (own && !guard) return own;
    // A place that was found free and is taken here is guarded as it was: whoever took it first holds the value.
    if (own && guard === own.guard) continue;
    const asserted = own && guard ? { ...own, guard } : assertion;
    all.set(text, asserted);
    asserting.add(asserted);
  }
  return { writes: [...all.values()], asserting };
}

/** A guard that holds only where two do: undefined where they never do together. */
function bothGuards(own: Guard, asserted: Guard): Guard | undefined {
  if (asserted.type === "present") {
    const { _born: born, _v: version } = asserted.same;
    if (own.type === "present") {
      const agree = Object.entries(asserted.same).every(
        ([name, value]) => !(name in own.same) || sameAttribute(own.same[name], value),
      );
      return agree ? { type: "present", same: { ...own.same, ...asserted.same } } : undefined;
    }
    if (own.type !== "record" || !sameAttribute(born, { S: own.born })) return undefined;
    const same = own.version === undefined || sameAttribute(version, { N: String(own.version) });
    return same ? { ...own, same: { ...own.same, ...asserted.same } } : undefined;
  }
  // An entry that its own record has lost, as TTL may take it first: it must be missing still.
  if (own.type === "ownedOrAbsent" && asserted.type === "absent") return asserted;
  // Nothing was there, or an entry that led nowhere: either way the key is still free where one of these holds.
  return own.type === "absent" || own.type === "seen" ? own : undefined;
}
