import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import {
  createDynamodbDriver,
  createOrm,
  type Schema,
  type TransactionMode,
  type UntypedModelClient,
  type UntypedOrmClient,
} from "auth-dynamodb";
import { beforeAll, describe, test } from "vitest";
import { matches } from "../../orm/query/evaluate.ts";
import { parseOrder, recordOrder } from "../../orm/query/order.ts";
import { parseWhere } from "../../orm/query/parse-where.ts";
import { compileManifest } from "../../orm/schema/compile-manifest.ts";
import type { ModelManifest } from "../../orm/schema/manifest.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { seedOperations, type Operation, type OperationArgs } from "./operations.ts";
import { ordered } from "./outcome.ts";
import { RANDOM_SCHEMA } from "./random-schema.ts";
import { render } from "./render-operation.ts";
import { subjectOf, type Subject } from "./sequence.ts";
import { settings, TIMEOUT } from "./settings.ts";
import { oneAfterAnother } from "./rounds.ts";
import { createTables, emptyTables, expectClean, withSmallPages } from "./storage.ts";
import { runSteps, stepsOf, type Step } from "./transaction.ts";
import { domainOf, type Values } from "./values.ts";
import { orderOf, whereOf } from "./where.ts";

/** A schema, records of it, queries over them, and writes. */
interface Trial {
  readonly schema: Schema;
  readonly queries: readonly OperationArgs[];
  readonly seed: readonly Operation[];
  readonly steps: readonly Step[];
}

const TRIAL: fc.Arbitrary<Trial> = RANDOM_SCHEMA.chain((schema) => {
  const manifest = compileManifest(schema);
  const thing = manifest.models.get("thing")!;
  return domainOf(manifest, [["thing"]]).chain((domain) => {
    const query = fc.record(
      {
        where: whereOf(domain, thing),
        orderBy: orderOf(thing),
        skip: fc.nat(2),
        take: fc.integer({ min: 1, max: 5 }),
      },
      { requiredKeys: ["where"] },
    );
    return fc.record({
      schema: fc.constant(schema),
      queries: fc.array(query, { minLength: 1, maxLength: 12, size: "max" }),
      seed: fc.constant(seedOperations(domain)),
      steps: stepsOf(domain),
    });
  });
});

describe.each(engines)("any schema, on $name", (engine) => {
  const client = engine.createClient();
  const paged = withSmallPages(engine.createClient(), 2);
  const table = uniquePrefix("explain");
  const inTurn = oneAfterAnother();
  beforeAll(() => createTables(client, [table]));

  async function emptySubject(schema: Schema, transactions: TransactionMode): Promise<Subject> {
    await emptyTables(client, [table]);
    const driver = createDynamodbDriver({
      client: paged,
      table,
      transactions,
      scans: "allow",
      logger: { warn: () => undefined },
    });
    // The cast: generated operations name models and fields at run time.
    return subjectOf(schema, createOrm({ schema, driver }) as unknown as UntypedOrmClient);
  }

  test(
    "finds by every path what a scan finds",
    async () => {
      await fc.assert(
        fc.asyncProperty(TRIAL, ({ schema, seed, queries }) =>
          inTurn(async () => {
            const subject = await emptySubject(schema, "off");
            await runSteps(subject, seed);
            const things = subject.dynamodb["thing"]!;
            const all = await things.findMany();
            const thing = compileManifest(schema).models.get("thing")!;
            for (const query of queries) await expectSameAsScan(things, thing, all, query);
          }),
        ),
        settings(40),
      );
    },
    TIMEOUT,
  );

  test(
    "does what the memory driver does",
    async () => {
      await fc.assert(
        fc.asyncProperty(TRIAL, ({ schema, steps }) =>
          inTurn(async () => {
            await runSteps(await emptySubject(schema, "atomic"), steps);
            await expectClean({ schema, client, table });
          }),
        ),
        settings(40),
      );
    },
    TIMEOUT,
  );
});

async function expectSameAsScan(
  things: UntypedModelClient,
  thing: ModelManifest,
  all: readonly Values[],
  { where, orderBy, skip = 0, take = Infinity }: OperationArgs,
): Promise<void> {
  const predicate = parseWhere(thing, where);
  const matching = all.filter((record) => matches(thing, predicate, record));
  const sorted = [...matching].sort(recordOrder(thing, parseOrder(thing, orderBy)));
  const expected = sorted.slice(skip, skip + take);
  const query = { where, orderBy, skip, ...(take === Infinity ? {} : { take }) };
  const found = await things.findMany(query);
  const fail = () =>
    new Error(
      `${render(query)}\nby ${render(things.explain(query))}\n` +
        `expected ${render(expected)}\nfound ${render(found)}\nof ${render(all)}`,
    );
  if (ordered(orderBy) || (skip === 0 && take === Infinity)) {
    const comparable = ordered(orderBy) ? found : [...found].sort(recordOrder(thing, []));
    if (!isDeepStrictEqual(comparable, expected)) throw fail();
  } else {
    const distinct = new Set(found.map(({ id }) => id));
    const known = found.every((record) => matching.some((one) => isDeepStrictEqual(one, record)));
    if (found.length !== expected.length || distinct.size !== found.length || !known) throw fail();
  }
  const [after] = all.slice(all.length >> 1);
  if (after && ordered(orderBy)) {
    const order = recordOrder(thing, parseOrder(thing, orderBy));
    const rest = sorted.filter((record) => order(record, after) > 0).slice(0, take);
    const page = await things.findMany({ where, orderBy, after, ...(take === Infinity ? {} : { take }) });
    if (!isDeepStrictEqual(page, rest))
      throw new Error(`${render(query)} after ${render(after)}: expected ${render(rest)}, found ${render(page)}`);
  }
  if ((await things.count({ where })) !== matching.length)
    throw new Error(`count of ${render(where)} is not ${matching.length} of ${render(all)}`);
}
