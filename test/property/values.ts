import { inspect } from "node:util";
import fc from "fast-check";
import type { FieldKind } from "../../orm/schema/fields.ts";
import type { FieldManifest, Manifest, ModelManifest } from "../../orm/schema/manifest.ts";

const long = "x".repeat(600);

const TEXTS = [
  ...[
    "a",
    "b",
    "A",
    "ab",
    "",
    "#",
    "|",
    "~",
    "!",
    "=",
    "}",
    "\u0000",
    "\u0001",
    "\u0002",
    "a\u0000",
    "a\u0001",
    "a\u0002",
  ],
  ...["a|1", "a|~", "\u{1F600}", "\uFFFD", "é", "e\u0301", "İ", "ß", "SS", "__proto__", "constructor"],
  // Around the length at which sort keys cut text.
  ...[long, `${long}y`, `${long.slice(0, 599)}z`, "x".repeat(478), "x".repeat(479), "x".repeat(480)],
  ...[`${"x".repeat(478)}\u{1F600}`, `${"x".repeat(478)}}y`, `${"x".repeat(478)}éy`],
  ...[`${"x".repeat(477)}é`, `${"x".repeat(478)}\u0001`, `${"x".repeat(476)}\u{1F600}`],
];

// No key "__proto__": Dynalite drops it, and the SDK fails on a cancelled transaction that returns it.
const JSON_VALUES = [
  ...["{}", "[]", '"a"', '""', "0", "1.5", "true", '["a"]', '["a","b",null]'],
  ...['{"a":1,"b":[{"c":null}]}', '{"b":[{"c":null}],"a":1}', '{"constructor":{"toString":[]}}'],
].map((text): unknown => JSON.parse(text));

const DATES = [
  ...["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.001Z", "1969-12-31T23:59:59.999Z", "2024-05-05T05:05:05.005Z"],
  ...["2031-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "0000-01-01T00:00:00.000Z"],
].map((text) => new Date(text));

const nines = "9".repeat(38);

/** Every kind's ordinary values, and those that encodings stumble over. */
const VALUES: Record<Exclude<FieldKind, "enum"> | "numericId" | "uniqueText", readonly unknown[]> = {
  id: ["1", "2", "3", "4", "5", "6", "10", "a|b", "#", "~", "é", "__proto__", "\u0001"],
  numericId: [0, 1, 2, 3, 10, 20, -1, -10, Number.MAX_SAFE_INTEGER],
  string: TEXTS,
  uniqueText: TEXTS,
  boolean: [true, false],
  datetime: DATES,
  integer: [0, 1, 2, -1, -2, 10, 100, -10, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER],
  number: [0, 1, -1, 0.5, -0.5, 1.5, -0, 1e100, -1e100, 1e-100, -1e-100, 1e-130, 9.9e125, 123456.789, 2 ** 53, 2 ** 60],
  decimal: [
    ...["0", "1", "1.0", "-1", "1.5", "1.50", "10", "-0", "9.99", nines, `-${nines}`],
    ...[`0.${"0".repeat(37)}1`, `1.${"0".repeat(36)}1`, "1e-130", "-1e-130", "9.9e125", "-9.9e125"],
  ],
  bigint: [0n, 1n, -1n, 10n, 2n ** 53n, 2n ** 53n + 1n, 10n ** 38n - 1n, 1n - 10n ** 38n, 10n ** 37n],
  json: JSON_VALUES,
};

export type Values = Record<string, unknown>;

type Palette = Readonly<Record<keyof typeof VALUES, readonly unknown[]>>;

/** What one run is about: a few models, and so few values that records collide, tie and violate. */
export interface Domain {
  readonly manifest: Manifest;
  readonly models: readonly ModelManifest[];
  readonly palette: Palette;
  /** Records that the run begins with, by model: filters are made to find them. */
  readonly seed: ReadonlyMap<string, readonly Values[]>;
}

/** Any domain over some of a schema's models. */
export function domainOf(manifest: Manifest, groups: readonly (readonly string[])[]): fc.Arbitrary<Domain> {
  const palette = fc.record(
    Object.fromEntries(
      Object.entries(VALUES).map(([kind, all]) => [
        kind,
        fewOf(all, isKey(kind) ? Math.min(6, all.length) : 1, isKey(kind) ? 12 : 3),
      ]),
    ) as Record<keyof Palette, fc.Arbitrary<unknown[]>>,
  );
  const models = fc.constantFrom(...groups).map((names) => names.map((name) => manifest.models.get(name)!));
  return fc.tuple(models, palette).chain(([some, chosen]) => {
    const domain: Domain = { manifest, models: some, palette: chosen, seed: new Map() };
    return seedOf(domain).map((seed) => ({ ...domain, seed }));
  });
}

function isKey(kind: string): boolean {
  return ["id", "numericId", "uniqueText"].includes(kind);
}

/** The records that a run begins with: as many as their unique keys let live together. */
function seedOf(domain: Domain): fc.Arbitrary<ReadonlyMap<string, readonly Values[]>> {
  const seeds = domain.models.map((model) =>
    fc
      .array(createDataOf(domain, model), { maxLength: 14, size: "max" })
      .map((records) => [model.name, compatible(model, records)] as const),
  );
  return fc.tuple(...seeds).map((all) => new Map(all));
}

/** The records that can live together, first come first served. */
export function compatible(model: ModelManifest, records: readonly Values[]): Values[] {
  const taken = new Set<string>();
  return records.filter((record) => {
    const keys = model.uniques
      .filter(({ fields }) => fields.every((field) => record[field] != null))
      .map(({ fields }) =>
        inspect(
          fields.map((field) => [field, record[field]]),
          { maxStringLength: Infinity },
        ),
      );
    if (keys.some((key) => taken.has(key))) return false;
    for (const key of keys) taken.add(key);
    return true;
  });
}

/** Data of a create: every required field, and some of the others. */
export function createDataOf(domain: Domain, model: ModelManifest): fc.Arbitrary<Values> {
  const fields = [...model.fields.values()];
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, storedValueFor(domain, field)])), {
    requiredKeys: fields.filter(({ nullable }) => !nullable).map(({ name }) => name),
  });
}

/** A value of a field, never null. */
export function valueFor(domain: Domain, field: FieldManifest): fc.Arbitrary<unknown> {
  if (field.references) {
    return valueFor(domain, domain.manifest.models.get(field.references.model)!.fields.get(field.references.field)!);
  }
  if (field.kind === "enum") return fc.constantFrom(...field.values!);
  if (field.kind === "string" && field.unique) return fc.constantFrom(...domain.palette.uniqueText);
  return fc.constantFrom(...domain.palette[field.idType === "integer" ? "numericId" : field.kind]);
}

/** A value that may stand in a field. */
export function storedValueFor(domain: Domain, field: FieldManifest): fc.Arbitrary<unknown> {
  const value = valueFor(domain, field);
  return field.nullable
    ? fc.oneof({ weight: 2, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) })
    : value;
}

/** One or a few of a list, in its order. */
export function fewOf<T>(list: readonly T[], minLength: number, most: number): fc.Arbitrary<T[]> {
  return fc.subarray([...list], { minLength, maxLength: Math.min(most, list.length) });
}
