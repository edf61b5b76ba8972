import fc from "fast-check";
import { isText } from "../../orm/query/parse-where.ts";
import type { FieldManifest, ModelManifest } from "../../orm/schema/manifest.ts";
import { fewOf, storedValueFor, valueFor, type Domain, type Values } from "./values.ts";

export type Where = Values;

/** Any condition on a field, as an application may write it. */
function condition(domain: Domain, field: FieldManifest): fc.Arbitrary<unknown> {
  const value = valueFor(domain, field);
  const orNull = storedValueFor(domain, { ...field, nullable: true });
  // A list takes no null.
  const list = fc.array(value, { maxLength: 4 });
  const operators: Record<string, fc.Arbitrary<unknown>> = { eq: orNull, not: orNull };
  if (field.kind === "json") {
    operators["contains"] = fc.oneof(value, fc.constantFrom("a", "", null));
  } else {
    Object.assign(operators, { in: list, notIn: list, gt: value, gte: value, lt: value, lte: value });
  }
  if (isText(field)) {
    const part = fc.oneof(value, fc.constantFrom("", "a", "x", "A", "\u0001", "xxy"));
    Object.assign(operators, {
      contains: part,
      startsWith: part,
      endsWith: part,
      mode: fc.constantFrom("insensitive", "sensitive"),
    });
  }
  const names = Object.keys(operators).filter((name) => name !== "mode");
  const chosen = fewOf(names, 1, 2);
  const filter = fc.tuple(chosen, fc.boolean()).chain(([few, withMode]) => {
    const all = withMode && operators["mode"] ? [...few, "mode"] : few;
    return fc.record(Object.fromEntries(all.map((name) => [name, operators[name]!])));
  });
  const plain = field.nullable ? orNull : value;
  return fc.oneof({ weight: 2, arbitrary: plain }, { weight: 3, arbitrary: filter });
}

/** A value of a field: mostly that of a record which is there, if one is given. */
function boundValue(domain: Domain, field: FieldManifest, record?: Values): fc.Arbitrary<unknown> {
  const value = valueFor(domain, field);
  const known = record?.[field.name] ?? null;
  return known === null
    ? value
    : fc.oneof({ weight: 5, arbitrary: fc.constant(known) }, { weight: 1, arbitrary: value });
}

/** Equality with a value, or one of a list of values: what keys and indexes are reached by. */
function binding(domain: Domain, field: FieldManifest, record: Values | undefined): fc.Arbitrary<unknown> {
  const value = boundValue(domain, field, record);
  return fc.oneof(
    { weight: 3, arbitrary: value },
    { weight: 1, arbitrary: fc.record({ in: fc.array(value, { maxLength: 3 }) }) },
  );
}

function range(domain: Domain, field: FieldManifest): fc.Arbitrary<unknown> {
  const value = valueFor(domain, field);
  return fc.oneof(
    fc.record({ gt: value }),
    fc.record({ gte: value }),
    fc.record({ lt: value }),
    fc.record({ lte: value }),
    fc.record({ gte: value, lt: value }),
    fc.record({ gt: value, lte: value }),
    value,
  );
}

/** A filter that binds the fields of one of the model's keys or indexes, perhaps with a range over its order. */
function keyed(domain: Domain, model: ModelManifest): fc.Arbitrary<Where> {
  const paths = [
    { on: model.home.fields, orderBy: undefined },
    ...model.uniques.map(({ fields }) => ({ on: fields, orderBy: undefined })),
    ...model.indexes,
  ];
  return fc.tuple(fc.constantFrom(...paths), recordOf(domain, model)).chain(([{ on, orderBy }, record]) => {
    const bound = on.map((name) => [name, binding(domain, model.fields.get(name)!, record)] as const);
    const ordered =
      orderBy === undefined || on.includes(orderBy)
        ? []
        : [[orderBy, range(domain, model.fields.get(orderBy)!)] as const];
    return fc.record(Object.fromEntries([...bound, ...ordered]), { requiredKeys: [...on] });
  });
}

function recordOf({ seed }: Domain, model: ModelManifest): fc.Arbitrary<Values | undefined> {
  return fc.constantFrom(undefined, ...(seed.get(model.name) ?? []));
}

/** Any filter of a model: free conditions, bound keys, and AND, OR, NOT over them. */
export function whereOf(domain: Domain, model: ModelManifest, depth = 2): fc.Arbitrary<Where> {
  const fields = [...model.fields.values()];
  const free = fewOf(fields, 1, 2).chain((some) =>
    fc.record(Object.fromEntries(some.map((field) => [field.name, condition(domain, field)]))),
  );
  const leaf = fc.oneof(
    { weight: 4, arbitrary: keyed(domain, model) },
    { weight: 3, arbitrary: free },
    { weight: 1, arbitrary: fc.constant({}) },
  );
  if (depth === 0) return leaf;
  const inner = whereOf(domain, model, depth - 1);
  const several = fc.oneof(
    { weight: 9, arbitrary: fc.array(inner, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constant([]) },
  );
  return fc.oneof(
    { weight: 6, arbitrary: leaf },
    { weight: 2, arbitrary: fc.tuple(keyed(domain, model), free).map(([key, more]) => ({ ...key, AND: [more] })) },
    { weight: 2, arbitrary: fc.record({ OR: several }) },
    { weight: 1, arbitrary: fc.tuple(leaf, several).map(([base, OR]) => ({ ...base, OR })) },
    { weight: 1, arbitrary: fc.record({ AND: fc.oneof(inner, several) }) },
    { weight: 1, arbitrary: fc.record({ NOT: fc.oneof(inner, several) }) },
    { weight: 1, arbitrary: fc.tuple(leaf, inner).map(([base, NOT]) => ({ ...base, NOT })) },
  );
}

/** A filter that names one unique key, as `findUnique` and `upsert` take it. */
export function uniqueWhereOf(domain: Domain, model: ModelManifest): fc.Arbitrary<Where> {
  return fc
    .tuple(fc.constantFrom(...model.uniques), recordOf(domain, model))
    .chain(([{ fields }, record]) =>
      fc.record(Object.fromEntries(fields.map((name) => [name, boundValue(domain, model.fields.get(name)!, record)]))),
    );
}

/** Up to three terms of order. */
export function orderOf(model: ModelManifest, minLength = 0): fc.Arbitrary<Record<string, "asc" | "desc">[]> {
  const names = [...model.fields.values()].filter(({ kind }) => kind !== "json").map(({ name }) => name);
  const term = fc
    .tuple(fc.constantFrom(...names), fc.constantFrom("asc", "desc"))
    .map(([name, direction]) => ({ [name]: direction }));
  const indexed = model.indexes.flatMap(({ orderBy }) => orderBy ?? []);
  const single = fc
    .tuple(fc.constantFrom("id", ...indexed), fc.constantFrom("asc", "desc"))
    .map(([name, direction]) => [{ [name]: direction }]);
  return fc.oneof(single, fc.array(term, { minLength, maxLength: 3 })) as fc.Arbitrary<
    Record<string, "asc" | "desc">[]
  >;
}
