import type { DriverConnection, Explanation, FindQuery } from "../driver.ts";
import { invalidQuery, invalidValue } from "../errors.ts";
import { parseOrder } from "../query/order.ts";
import { parseWhere } from "../query/parse-where.ts";
import { isEverything, type Predicate } from "../query/predicate.ts";
import { parseRecordWhere } from "../query/record-where.ts";
import { requireUniqueLookup, type UniqueLookup } from "../query/unique-lookup.ts";
import type { Manifest, ModelManifest } from "../schema/manifest.ts";
import { knownField } from "../schema/known.ts";
import { valuesEqual } from "../values/compare.ts";
import { completeRecord, normalizeData, normalizeValue, type RecordValues } from "../values/normalize.ts";
import { checkArgs, parseAfter, parseData, parsePage, type RawArgs } from "./arguments.ts";
import { render, renderAlone } from "./render.ts";
import { parseSelect, type Selection } from "./select.ts";
import type { UntypedModelClient } from "./untyped.ts";

const FIND_MANY_ARGS = ["where", "select", "orderBy", "skip", "take", "after"];
const FIND_FIRST_ARGS = ["where", "select", "orderBy", "skip"];

// Most reads are of records alone.
let relationsPart: Promise<typeof import("./load-relations.ts")> | undefined;
const loadRelations = () => (relationsPart ??= import("./load-relations.ts"));

const makeId = () => globalThis.crypto.randomUUID();

/**
 * The operations on one model: checks what it is given, applies defaults, and leaves to the driver's
 * connection what concerns storage. The types of `ModelClient` describe the same methods.
 */
export class ModelOperations implements UntypedModelClient {
  constructor(
    private readonly manifest: Manifest,
    private readonly model: ModelManifest,
    private readonly connection: DriverConnection,
  ) {}

  async findUnique(input: unknown): Promise<RecordValues | null> {
    const args = this.#args("findUnique", input, ["where", "select"]);
    requireUniqueLookup(this.model, args["where"], "findUnique");
    const where = parseWhere(this.model, args["where"]);
    const [found] = await this.#find(this.#one(where), this.#select(args));
    return found ?? null;
  }

  async findFirst(input?: unknown): Promise<RecordValues | null> {
    const args = this.#args("findFirst", input, FIND_FIRST_ARGS);
    const [found] = await this.#find({ ...this.#query("findFirst", args), take: 1 }, this.#select(args));
    return found ?? null;
  }

  findOne(input?: unknown): Promise<RecordValues | null> {
    return this.findFirst(input);
  }

  async findMany(input?: unknown): Promise<RecordValues[]> {
    const args = this.#args("findMany", input, FIND_MANY_ARGS);
    return this.#find(this.#query("findMany", args), this.#select(args));
  }

  async count(input?: unknown): Promise<number> {
    const args = this.#args("count", input, ["where"]);
    return this.connection.count(this.model, parseWhere(this.model, args["where"]));
  }

  async create(input: unknown): Promise<RecordValues> {
    const args = this.#args("create", input, ["data", "select"]);
    const selection = this.#select(args);
    const data = parseData(this.model, "create", "data", args["data"]);
    return this.#result(await this.connection.create(this.model, completeRecord(this.model, data, makeId)), selection);
  }

  async createMany(input: unknown): Promise<RecordValues[]> {
    const args = this.#args("createMany", input, ["data", "select"]);
    const selection = this.#select(args);
    const list: unknown = args["data"];
    if (!Array.isArray(list))
      throw invalidQuery(`createMany of "${this.model.name}" needs a list as "data".`, this.model.name);
    const records = list.map((item) =>
      completeRecord(this.model, parseData(this.model, "createMany", "data", item), makeId),
    );
    if (records.length === 0) return [];
    return this.#results(await this.connection.createMany(this.model, records), selection);
  }

  async update(input: unknown): Promise<RecordValues | null> {
    const args = this.#args("update", input, ["where", "data", "select"]);
    const selection = this.#select(args);
    const where = parseRecordWhere(this.model, args["where"], "update");
    const data = normalizeData(this.model, parseData(this.model, "update", "data", args["data"]));
    if (isEverything(where)) return null;
    if (Object.keys(data).length === 0) return (await this.#find(this.#one(where), selection))[0] ?? null;
    return this.#resultOrNull(await this.connection.update(this.model, where, data), selection);
  }

  async updateMany(input: unknown): Promise<number> {
    const args = this.#args("updateMany", input, ["where", "data"]);
    const where = parseWhere(this.model, args["where"]);
    const data = normalizeData(this.model, parseData(this.model, "updateMany", "data", args["data"]));
    if (Object.keys(data).length === 0) return this.connection.count(this.model, where);
    return this.connection.updateMany(this.model, where, data);
  }

  async upsert(input: unknown): Promise<RecordValues> {
    const args = this.#args("upsert", input, ["where", "create", "update", "select"]);
    const selection = this.#select(args);
    const lookup = requireUniqueLookup(this.model, args["where"], "upsert");
    const create = this.#createAt(lookup, parseData(this.model, "upsert", "create", args["create"]));
    const update = normalizeData(this.model, parseData(this.model, "upsert", "update", args["update"]));
    return this.#result(await this.connection.upsert(this.model, lookup, create, update), selection);
  }

  async delete(input: unknown): Promise<number> {
    const args = this.#args("delete", input, ["where"]);
    const where = parseRecordWhere(this.model, args["where"], "delete");
    if (isEverything(where)) return 0;
    return (await this.connection.consume(this.model, where)) ? 1 : 0;
  }

  async deleteMany(input?: unknown): Promise<number> {
    const args = this.#args("deleteMany", input, ["where"]);
    return this.connection.deleteMany(this.model, parseWhere(this.model, args["where"]));
  }

  async consume(input: unknown): Promise<RecordValues | null> {
    const args = this.#args("consume", input, ["where", "select"]);
    const selection = this.#select(args);
    const where = parseRecordWhere(this.model, args["where"], "consume");
    if (isEverything(where)) return null;
    return this.#resultOrNull(await this.connection.consume(this.model, where), selection);
  }

  async increment(input: unknown): Promise<RecordValues | null> {
    const args = this.#args("increment", input, ["where", "increment", "set", "select"]);
    const selection = this.#select(args);
    const where = parseRecordWhere(this.model, args["where"], "increment");
    const increment = this.#amounts(parseData(this.model, "increment", "increment", args["increment"] ?? {}));
    const set = normalizeData(this.model, parseData(this.model, "increment", "set", args["set"] ?? {}));
    const both = Object.keys(set).find((field) => Object.hasOwn(increment, field));
    if (both !== undefined) {
      throw invalidQuery(`increment of "${this.model.name}" both adds to and sets "${both}".`, this.model.name, [both]);
    }
    if (Object.keys(increment).length + Object.keys(set).length === 0) {
      throw invalidQuery(`increment of "${this.model.name}" changes nothing.`, this.model.name);
    }
    if (isEverything(where)) return null;
    return this.#resultOrNull(await this.connection.increment({ model: this.model, where, increment, set }), selection);
  }

  explain(input?: unknown): Explanation {
    const args = this.#args("explain", input, FIND_MANY_ARGS);
    this.#select(args);
    return this.connection.explain(this.#query("explain", args));
  }

  #args(operation: string, input: unknown, allowed: readonly string[]): RawArgs {
    return checkArgs(this.model, operation, input, allowed);
  }

  #select(args: RawArgs): Selection {
    return parseSelect(this.manifest, this.model, args["select"]);
  }

  #one(where: Predicate): FindQuery {
    return { model: this.model, where, orderBy: [], skip: 0, take: 1 };
  }

  #query(operation: string, args: RawArgs): FindQuery {
    const orderBy = parseOrder(this.model, args["orderBy"]);
    const after = parseAfter(this.model, operation, args["after"], orderBy);
    return {
      model: this.model,
      where: parseWhere(this.model, args["where"]),
      orderBy,
      ...parsePage(this.model, operation, args),
      ...(after ? { after } : {}),
    };
  }

  async #find(query: FindQuery, selection: Selection): Promise<RecordValues[]> {
    if (query.take === 0) return [];
    if (selection.relations.length === 0) return renderAlone(await this.connection.find(query), selection);
    const { RelationLoader } = await loadRelations();
    const loaded = await new RelationLoader(this.manifest, this.connection).find(query, selection);
    return loaded.map((one) => render(selection, one));
  }

  async #results(records: readonly RecordValues[], selection: Selection): Promise<RecordValues[]> {
    if (selection.relations.length === 0) return renderAlone(records, selection);
    const { RelationLoader } = await loadRelations();
    const loaded = await new RelationLoader(this.manifest, this.connection).load(records, selection);
    return loaded.map((one) => render(selection, one));
  }

  async #result(record: RecordValues, selection: Selection): Promise<RecordValues> {
    return (await this.#results([record], selection))[0]!;
  }

  async #resultOrNull(record: RecordValues | null, selection: Selection): Promise<RecordValues | null> {
    return record && this.#result(record, selection);
  }

  /** The record an upsert creates: at the key that it looks up, so that the next upsert finds it. */
  #createAt({ key, values }: UniqueLookup, data: RecordValues): RecordValues {
    const given = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
    const record = completeRecord(this.model, { ...values, ...given }, makeId);
    for (const field of key.fields) {
      if (valuesEqual(knownField(this.model, field).kind, record[field], values[field])) continue;
      throw invalidQuery(`upsert of "${this.model.name}": create has another "${field}" than where.`, this.model.name, [
        field,
      ]);
    }
    return record;
  }

  #amounts(data: RecordValues): Record<string, number> {
    const amounts: Record<string, number> = {};
    for (const [name, amount] of Object.entries(data)) {
      const field = this.model.fields.get(name);
      if (!field) throw invalidQuery(`"${this.model.name}" has no field "${name}".`, this.model.name, [name]);
      if (field.kind !== "integer" && field.kind !== "number") {
        throw invalidValue(this.model.name, name, `a ${field.kind} field cannot be incremented.`);
      }
      if (amount === undefined) continue;
      if (typeof amount !== "number") throw invalidValue(this.model.name, name, "an increment must be a number.");
      amounts[name] = normalizeValue(this.model.name, field, amount) as number;
    }
    return amounts;
  }
}
