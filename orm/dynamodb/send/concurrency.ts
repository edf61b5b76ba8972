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
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length && failures.length === 0) {
      const position = next++;
      try {
        results[position] = await run(items[position]!, position);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
