/**
 * A list in parts, in its order: each with as much as the weight of its elements together, and their number, allow.
 * What is too heavy by itself is alone in its part.
 */
export function packs<T>(all: readonly T[], weigh: (one: T) => number, limit: number, most = Infinity): T[][] {
  const parts: T[][] = [];
  let weight = 0;
  for (const one of all) {
    const own = weigh(one);
    const last = parts.at(-1);
    weight += own;
    if (last && last.length < most && weight <= limit) last.push(one);
    else {
      parts.push([one]);
      weight = own;
    }
  }
  return parts;
}

/** A list in parts of so many. */
export function partsOfSize<T>(all: readonly T[], size: number): T[][] {
  return packs(all, () => 1, size);
}
