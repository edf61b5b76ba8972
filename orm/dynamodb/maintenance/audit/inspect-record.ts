import type { StoreContext } from "../../context.ts";
import { sameAttribute, type Item } from "../../layout/attribute-value.ts";
import { beforePlaces } from "../../layout/difference.ts";
import { recordExpiry } from "../../layout/expiry.ts";
import { sameKey, type ItemKey } from "../../layout/keys.ts";
import { CARRIES, homeKey, referredKey, type Place } from "../../layout/places.ts";
import { numberOf, readRecord, textOf, type StoredRecord } from "../../layout/stored-record.ts";
import { ownsEntry } from "../../read/follow-entries.ts";
import type { Finding, FindingKind, Sighting } from "./finding.ts";

type Facts = Pick<Finding, "kind" | "severity" | "detail"> & Partial<Finding>;

/** Holds a record against its entries. */
export async function inspectRecord(context: StoreContext, record: StoredRecord): Promise<Sighting[]> {
  const home = homeKey(record.layout, record.values);
  if (!sameKey(home, record.key)) return [sighting(record, { ...misplaced(home) })];
  const own = expiryFacts(record);
  const entries = beforePlaces({ layout: record.layout, before: record, after: undefined }).slice(1);
  const facts = await Promise.all(entries.map((place) => entryFacts(context, record, place, own === undefined)));
  return [
    ...(own ? [sighting(record, own)] : []),
    ...facts.flatMap((found) => (found ? [sighting(record, ...found)] : [])),
  ];
}

function misplaced(home: ItemKey): Facts {
  return { kind: "misplacedRecord", severity: "broken", detail: `its fields belong at ${home._pk} ${home._sk}` };
}

function sighting(record: StoredRecord, facts: Facts, entry?: Item): Sighting {
  const { layout, key } = record;
  return {
    finding: { model: layout.model.name, table: layout.table, key, ...facts },
    evidence: entry ? writeOf(entry) : "",
    subject: facts.kind === "misplacedRecord" ? { type: "none" } : { type: "record", record },
  };
}

/** The record's own expiry, as its field and its attributes tell it. */
function expiryFacts(record: StoredRecord): Facts | undefined {
  const { layout, item, values, entriesExpire } = record;
  const expected = recordExpiry(layout, values);
  const stored = numberOf(item, "_ttl");
  const facts = (severity: Facts["severity"], detail: string): Facts => ({
    kind: "recordExpiry",
    severity,
    detail,
    fields: ["_ttl", "_ettl"],
  });
  if (stored !== expected) {
    const early = stored !== undefined && (expected === undefined || stored < expected);
    return facts(early ? "broken" : "harmless", `_ttl is ${stored ?? "missing"}, its expiry is ${expected ?? "never"}`);
  }
  if (!layout.hasEntries) return undefined;
  if (expected === undefined)
    return entriesExpire === undefined
      ? undefined
      : facts("harmless", "it remembers an expiry of its entries and has none itself");
  if (entriesExpire !== undefined && entriesExpire >= expected) return undefined;
  return facts("broken", `its entries expire at ${entriesExpire ?? "no known time"}, before its own ${expected}`);
}

/** What is wrong at one of the places of a record's entries. */
async function entryFacts(
  context: StoreContext,
  record: StoredRecord,
  place: Place,
  withExpiry: boolean,
): Promise<[Facts, Item?] | undefined> {
  const { layout } = record;
  const entry = await context.items.get(layout.model.name, layout.table, place.key);
  const of = (kind: FindingKind, severity: Facts["severity"], detail: string): [Facts, Item?] => [
    { kind, severity, detail, key: place.key, recordKey: record.key, fields: place.fields },
    entry,
  ];
  const named = `the ${place.kind} entry of ${place.fields.join(" + ")}`;
  if (!entry) {
    const expired = record.entriesExpire !== undefined && record.entriesExpire * 1000 < context.now();
    return of(
      "missingEntry",
      expired ? "harmless" : "broken",
      `${named} is not there${expired ? ": it has expired, and so has the record" : ""}`,
    );
  }
  const home = referredKey(entry);
  if (textOf(entry, "_born") !== record.born) {
    if (home && sameKey(home, record.key))
      return of("otherIncarnation", "broken", `${named} is that of an earlier record at this key`);
    const other = home && readRecord(layout, await context.items.get(layout.model.name, layout.table, home));
    if (!other || !ownsEntry(layout, other, entry))
      return of("missingEntry", "broken", `${named} is not there: one that leads nowhere stands in its place`);
    return of("duplicateValue", "broken", `${named} is that of the record at ${home._pk} ${home._sk}`);
  }
  const wrong = Object.keys(place.item).filter(
    (name) => name !== "_ttl" && !sameAttribute(place.item[name], entry[name]),
  );
  if (wrong.length > 0) {
    const leadsAway = wrong.some((name) => ["_ref", "_kind", "_model"].includes(name));
    const isCopy = CARRIES in entry;
    const [facts] = of(
      isCopy ? "outdatedCopy" : "outdatedEntry",
      isCopy || leadsAway ? "broken" : "harmless",
      `${named} differs from its record in ${wrong.join(", ")}`,
    );
    return [{ ...facts, fields: wrong }, entry];
  }
  return withExpiry ? entryExpiryFacts(record, entry, named, of) : undefined;
}

function entryExpiryFacts(
  record: StoredRecord,
  entry: Item,
  named: string,
  of: (kind: FindingKind, severity: Facts["severity"], detail: string) => [Facts, Item?],
): [Facts, Item?] | undefined {
  const expected = recordExpiry(record.layout, record.values) === undefined ? undefined : record.entriesExpire;
  const stored = numberOf(entry, "_ttl");
  if (stored === expected) return undefined;
  const early = stored !== undefined && (expected === undefined || stored < expected);
  return of(
    "entryExpiry",
    early ? "broken" : "harmless",
    `${named} expires at ${stored ?? "no time"}, its record remembers ${expected ?? "none"}`,
  );
}

function writeOf(entry: Item): string {
  return `${textOf(entry, "_born")} ${textOf(entry, "_w")}`;
}
