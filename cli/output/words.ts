/** A number with its noun: `1 record`, `2 records`, `3 entries`. */
export function counted(count: number | undefined, noun: string): string {
  const plural = noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${count ?? "?"} ${count === 1 ? noun : plural}`;
}

/** Numbers by model: `2 user, 1 session`, or `none`. */
export function listedCounts(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.map(([model, count]) => `${count} ${model}`).join(", ") || "none";
}
