import fc from "fast-check";
import type { ModelManifest, RelationManifest } from "../../orm/schema/manifest.ts";
import { createDataOf, fewOf, storedValueFor, valueFor, type Domain } from "./values.ts";
import { orderOf, uniqueWhereOf, whereOf, type Where } from "./where.ts";

/** Arguments as they are passed to a model's client. */
export interface OperationArgs {
  readonly where?: Where;
  readonly data?: unknown;
  readonly select?: Where;
  readonly orderBy?: readonly Record<string, "asc" | "desc">[];
  readonly skip?: number;
  readonly take?: number;
  readonly create?: Where;
  readonly update?: Where;
  readonly increment?: Record<string, number>;
  readonly set?: Where;
}

export type OperationName =
  | "findMany"
  | "findFirst"
  | "findUnique"
  | "count"
  | "create"
  | "createMany"
  | "update"
  | "updateMany"
  | "upsert"
  | "delete"
  | "deleteMany"
  | "consume"
  | "increment";

/** One call on one model. */
export interface Operation {
  readonly model: string;
  readonly operation: OperationName;
  readonly args: OperationArgs;
}

/** A selection with relations to the given depth. A page of related records is always an ordered one. */
function selectOf(domain: Domain, model: ModelManifest, depth: number): fc.Arbitrary<Where> {
  const fields = fc
    .subarray([...model.fields.keys()])
    .map((names) => Object.fromEntries(["id", ...names].map((name) => [name, true])));
  const relations = [...model.relations.values()];
  if (depth === 0 || relations.length === 0) return fields;
  const related = fewOf(relations, 1, 2).chain((some) =>
    fc.record(Object.fromEntries(some.map((relation) => [relation.name, relationSelectOf(domain, relation, depth)]))),
  );
  return fc.tuple(fields, related).map(([own, others]) => ({ ...own, ...others }));
}

function relationSelectOf(domain: Domain, relation: RelationManifest, depth: number): fc.Arbitrary<unknown> {
  const target = domain.manifest.models.get(relation.target)!;
  const filtered = fc.record(
    { where: whereOf(domain, target, 1), select: selectOf(domain, target, depth - 1) },
    { requiredKeys: [] },
  );
  if (relation.kind === "one") return fc.oneof(fc.constant(true), filtered);
  const page = fc.record(
    { orderBy: orderOf(target, 1), skip: fc.nat(2), take: fc.nat(3) },
    { requiredKeys: ["orderBy"] },
  );
  return fc.oneof(
    fc.constant(true),
    filtered,
    fc.tuple(filtered, page).map(([some, more]) => ({ ...some, ...more })),
  );
}

/** Data of an update. A change of the id is rare: it moves a record and all its entries. */
function updateDataOf(domain: Domain, model: ModelManifest, changeIds: boolean): fc.Arbitrary<Where> {
  const fields = [...model.fields.values()].filter(({ name }) => name !== "id");
  const some = fewOf(fields, 0, 3).chain((chosen) =>
    fc.record(Object.fromEntries(chosen.map((field) => [field.name, storedValueFor(domain, field)]))),
  );
  if (!changeIds) return some;
  const id = fc.record({ id: valueFor(domain, model.fields.get("id")!) });
  return fc.oneof(
    { weight: 9, arbitrary: some },
    { weight: 1, arbitrary: fc.tuple(some, id).map(([data, more]) => ({ ...data, ...more })) },
  );
}

/** What operations of a test may do. */
export interface OperationOptions {
  /** Whether updates may change ids. */
  readonly changeIds: boolean;
}

/** Any operation on any of the domain's models. */
export function operationOf(domain: Domain, options: OperationOptions): fc.Arbitrary<Operation> {
  return fc.oneof(...domain.models.map((model) => modelOperationOf(domain, model, options)));
}

function modelOperationOf(
  domain: Domain,
  model: ModelManifest,
  { changeIds }: OperationOptions,
): fc.Arbitrary<Operation> {
  const where = whereOf(domain, model);
  const create = createDataOf(domain, model);
  const update = updateDataOf(domain, model, changeIds);
  const select = fc.option(selectOf(domain, model, 2), { nil: undefined, freq: 2 });
  const written = fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: selectOf(domain, model, 1) },
  );
  const counters = [...model.fields.values()].filter(({ kind }) => kind === "integer" || kind === "number");
  const of = (operation: OperationName, args: fc.Arbitrary<OperationArgs>) =>
    args.map((given): Operation => ({ model: model.name, operation, args: withoutUndefined(given) }));
  const skip = fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(2) });
  const take = fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 5 }) },
  );
  const page = {
    orderBy: orderOf(model),
    skip,
    take: fc.oneof({ weight: 20, arbitrary: take }, { weight: 1, arbitrary: fc.constant(0) }),
  };
  const choices = [
    {
      weight: 8,
      arbitrary: of("findMany", fc.record({ where, select, ...page }, { requiredKeys: ["where", "skip", "take"] })),
    },
    {
      weight: 2,
      arbitrary: of(
        "findFirst",
        fc.record({ where, select, orderBy: page.orderBy, skip: page.skip }, { requiredKeys: ["where"] }),
      ),
    },
    { weight: 2, arbitrary: of("findUnique", fc.record({ where: uniqueWhereOf(domain, model), select })) },
    { weight: 2, arbitrary: of("count", fc.record({ where })) },
    { weight: 6, arbitrary: of("create", fc.record({ data: create, select: written })) },
    {
      weight: 3,
      arbitrary: of("createMany", fc.record({ data: fc.array(create, { maxLength: 4 }), select: written })),
    },
    { weight: 5, arbitrary: of("update", fc.record({ where, data: update, select: written })) },
    { weight: 2, arbitrary: of("updateMany", fc.record({ where, data: updateDataOf(domain, model, false) })) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(uniqueWhereOf(domain, model), create, update, written)
        .chain(([unique, created, updated, selected]) =>
          of(
            "upsert",
            fc.constant({ where: unique, create: { ...created, ...unique }, update: updated, select: selected }),
          ),
        ),
    },
    { weight: 2, arbitrary: of("delete", fc.record({ where })) },
    { weight: 1, arbitrary: of("deleteMany", fc.record({ where })) },
    { weight: 2, arbitrary: of("consume", fc.record({ where, select: written })) },
  ];
  if (counters.length > 0) {
    const amounts = fewOf(counters, 1, 2).chain((some) =>
      fc.record(Object.fromEntries(some.map(({ name }) => [name, fc.constantFrom(1, -1, 2, 10, 0)]))),
    );
    const increment = fc
      .tuple(where, amounts, fc.option(update, { nil: {} }), written)
      .map(([guard, increments, set, selected]): OperationArgs => ({
        where: guard,
        select: selected,
        increment: increments,
        set: Object.fromEntries(Object.entries(set).filter(([name]) => !Object.hasOwn(increments, name))),
      }));
    choices.push({ weight: 3, arbitrary: of("increment", increment) });
  }
  return fc.oneof(...choices);
}

function withoutUndefined(args: OperationArgs): OperationArgs {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}

/** What makes the records that a run begins with. */
export function seedOperations({ seed }: Domain): Operation[] {
  return [...seed].map(([model, data]) => ({ model, operation: "createMany", args: { data } }));
}

/** A run outside of transactions: records to begin with, then operations. */
export function sequenceOf(domain: Domain): fc.Arbitrary<Operation[]> {
  const operations = fc.array(operationOf(domain, { changeIds: true }), { minLength: 1, maxLength: 20, size: "max" });
  return operations.map((rest) => [...seedOperations(domain), ...rest]);
}
