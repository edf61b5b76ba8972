/**
 * Runs rounds on the same tables, each when the one before it has ended: a property whose time is over leaves its last
 * round under way.
 */
export function oneAfterAnother(): (round: () => Promise<unknown>) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return async (round) => {
    const mine = last.then(round);
    last = mine.catch(() => undefined);
    await mine;
  };
}
