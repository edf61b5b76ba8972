import { copyOf, homeOf, logical, valueOf, type Content, type Stored } from "./storage.ts";
import type { Process, World } from "./world.ts";

type Logical = readonly (Content | null)[];

/** The home of the record that has a unique value. */
function ownerOf(world: World, all: Logical, value: string): number | null {
  const home = all.findIndex((record, item) => item < world.homes && valueOf(record) === value);
  return home === -1 ? null : home;
}

/** Whether TTL takes a record: its version says so. */
export function isExpired(record: Content | null | undefined): boolean {
  return record?.split("/")[1]?.endsWith("!") ?? false;
}

/** What a reader that begins and ends now is to get. */
export function truthFor(world: World, state: Stored, process: Process): Content | number | null {
  const all = logical(state);
  return process.kind === "follower"
    ? ownerOf(world, all, process.value)
    : (all[(process as { item: number }).item] ?? null);
}

/** What is wrong with what all correct readers would see. */
export function wrongWith(world: World, all: Logical): string | undefined {
  const owners = new Map<string, number>();
  for (let home = 0; home < world.homes; home++) {
    const value = valueOf(all[home] ?? null);
    const entry = value === undefined ? undefined : world.uniques?.[value];
    if (value === undefined || entry === undefined) continue;
    if (owners.has(value)) return `homes ${owners.get(value)} and ${home} both own "${value}"`;
    owners.set(value, home);
    const leads = all[entry] ?? null;
    if (leads === null || homeOf(leads) !== home) return `home ${home} owns "${value}", whose entry is ${leads}`;
  }
  for (const { item, home, value, carries } of world.indexes ?? []) {
    const record = all[home] ?? null;
    const entry = all[item] ?? null;
    if ((entry !== null) !== (valueOf(record) === value)) return `entry ${item} is ${entry}, and its record ${record}`;
    if (carries && entry !== null && copyOf(entry) !== record) return `entry ${item} carries ${entry} for ${record}`;
  }
  return undefined;
}
