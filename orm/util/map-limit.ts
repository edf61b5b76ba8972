/**
 * Maps with at most `limit` calls under way; results in the order of the items. After a failure
 * none is begun, those under way are waited for, and the first failure is thrown: whoever gets it
 * finds nothing still happening behind it.
 */
export async function mapLimit<T, R>(
  items: readonly T[],
  limit: number,
  run: (item: T, position: number) => Promise<R>,
): Promise<R[]> {
  const [first] = items;
  // Most reads are of one partition.
  if (items.length === 1) return [await run(first as T, 0)];
  const results: R[] = [];
  const failures: unknown[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [position, item] of queue) {
      if (failures.length > 0) return;
      try {
        results[position] = await run(item, position);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
