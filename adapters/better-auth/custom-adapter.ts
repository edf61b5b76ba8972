import type { AdapterFactoryCustomizeAdapterCreator, CustomAdapter, JoinConfig } from "better-auth/adapters";
import type { UntypedOrmClient } from "../../orm/client/untyped.ts";
import { invalidQuery } from "../../orm/errors.ts";
import type { Manifest, ModelManifest } from "../../orm/schema/manifest.ts";
import type { RecordValues } from "../../orm/values/normalize.ts";
import { joinName } from "./auth-schema.ts";
import { areExpired, areLeftToTtl, ExpiredRows } from "./expired-rows.ts";
import { withOwnErrors } from "./errors.ts";
import { coerce, toOrmWhere } from "./where.ts";

interface Reading {
  readonly select?: string[] | undefined;
  readonly join?: JoinConfig | undefined;
}

type Helpers = Parameters<AdapterFactoryCustomizeAdapterCreator>[0];
type Target = Pick<Parameters<CustomAdapter["count"]>[0], "model"> & { readonly modelKey?: string | undefined };

/** Better Auth's operations on an ORM client: that of the database, or that of a transaction. */
export function customAdapter(orm: UntypedOrmClient, manifest: Manifest): AdapterFactoryCustomizeAdapterCreator {
  return (helpers) => {
    const tables = new AuthTables(orm, manifest, helpers);
    const expired = new ExpiredRows();
    return withOwnErrors({ ...readingOperations(tables, expired), ...writingOperations(tables, expired) });
  };
}

/** Better Auth's tables as models of the ORM, and what it selects of them. */
class AuthTables {
  readonly getFieldName: Helpers["getFieldName"];
  readonly #getDefaultModelName: Helpers["getDefaultModelName"];

  constructor(
    private readonly orm: UntypedOrmClient,
    private readonly manifest: Manifest,
    { getDefaultModelName, getFieldName }: Helpers,
  ) {
    this.#getDefaultModelName = getDefaultModelName;
    this.getFieldName = getFieldName;
  }

  open(target: Target) {
    const key = target.modelKey ?? this.#getDefaultModelName(target.model);
    const model = this.manifest.models.get(key);
    const client = this.orm[key];
    if (!model || !client) {
      throw invalidQuery(`Better Auth's configuration has no table "${target.model}".`, target.model);
    }
    return { key, model, client };
  }

  /** The ORM's `select` for Better Auth's, which names fields by key, and its joins. */
  selectionOf(key: string, model: ModelManifest, { select, join }: Reading) {
    const names = select?.length
      ? select.map((field) => this.getFieldName({ model: key, field }))
      : [...model.fields.keys()];
    const selection: Record<string, unknown> = Object.fromEntries(names.map((name) => [name, true]));
    for (const [joined, { modelKey, on, relation, limit }] of Object.entries(join ?? {})) {
      const name = joinName(modelKey ?? this.#getDefaultModelName(joined), on.from, on.to);
      selection[name] = relation === "one-to-one" || limit === undefined ? true : { take: limit };
    }
    return selection;
  }

  /** Joined records go under the name Better Auth gave them. */
  withJoins(record: RecordValues, join: JoinConfig | undefined): RecordValues {
    if (!join) return record;
    const result = { ...record };
    for (const [joined, { modelKey, on, relation }] of Object.entries(join)) {
      const name = joinName(modelKey ?? this.#getDefaultModelName(joined), on.from, on.to);
      const related = result[name];
      delete result[name];
      result[joined] = relation === "one-to-one" && Array.isArray(related) ? (related[0] ?? null) : related;
    }
    return result;
  }
}

type Reads = "findOne" | "findMany" | "count";

function readingOperations(tables: AuthTables, expired: ExpiredRows): Pick<CustomAdapter, Reads> {
  return {
    async findOne<T>({ where, select, join, ...target }: Parameters<CustomAdapter["findOne"]>[0]) {
      const { key, model, client } = tables.open(target);
      const found = await client.findFirst({
        where: toOrmWhere(model, where),
        select: tables.selectionOf(key, model, { select, join }),
      });
      return (found && tables.withJoins(found, join)) as T | null;
    },
    async findMany<T>({
      where,
      limit,
      select,
      sortBy,
      offset,
      join,
      ...target
    }: Parameters<CustomAdapter["findMany"]>[0]) {
      const { key, model, client } = tables.open(target);
      if (areExpired(model, where)) return [];
      const found = await client.findMany({
        where: toOrmWhere(model, where),
        select: tables.selectionOf(key, model, { select, join }),
        ...(sortBy
          ? { orderBy: { [tables.getFieldName({ model: key, field: sortBy.field })]: sortBy.direction } }
          : {}),
        ...(offset ? { skip: offset } : {}),
        // Better Auth's factory always gives a limit, its default among them: zero is asked for.
        ...(limit === undefined ? {} : { take: limit }),
      });
      if (found.length === 0 && !offset && limit !== 0) expired.noteEmpty(key, where);
      return found.map((record) => tables.withJoins(record, join)) as T[];
    },
    async count({ where, ...target }) {
      const { model, client } = tables.open(target);
      return client.count({ where: toOrmWhere(model, where) });
    },
  };
}

function writingOperations(tables: AuthTables, expired: ExpiredRows): Omit<CustomAdapter, Reads> {
  return {
    async create({ data, ...target }) {
      const { key, client, model } = tables.open(target);
      expired.forget(key);
      return (await client.create({ data: inColumns(model, data) })) as typeof data;
    },
    async update<T>({ where, update, ...target }: Parameters<CustomAdapter["update"]>[0]) {
      const { key, model, client } = tables.open(target);
      expired.forget(key);
      const data = inColumns(model, update as RecordValues);
      return (await client.update({ where: toOrmWhere(model, where), data })) as T | null;
    },
    async updateMany({ where, update, ...target }) {
      const { key, model, client } = tables.open(target);
      expired.forget(key);
      return client.updateMany({ where: toOrmWhere(model, where), data: inColumns(model, update) });
    },
    async delete({ where, ...target }) {
      // As the SQL adapters do, all matching rows are deleted: by identifier there may be several.
      const { client, model } = tables.open(target);
      if (where.length > 0) await client.deleteMany({ where: toOrmWhere(model, where) });
    },
    async deleteMany({ where, ...target }) {
      const { key, client, model } = tables.open(target);
      if (expired.takeEmpty(key, where) || areLeftToTtl(model, where)) return 0;
      return client.deleteMany({ where: toOrmWhere(model, where) });
    },
    async consumeOne<T>({ where, ...target }: Parameters<NonNullable<CustomAdapter["consumeOne"]>>[0]) {
      const { model, client } = tables.open(target);
      return (await client.consume({ where: toOrmWhere(model, where) })) as T | null;
    },
    async incrementOne<T>({
      where,
      increment,
      set,
      ...target
    }: Parameters<NonNullable<CustomAdapter["incrementOne"]>>[0]) {
      const { model, client } = tables.open(target);
      return (await client.increment({
        where: toOrmWhere(model, where),
        increment,
        ...(set ? { set: inColumns(model, set) } : {}),
      })) as T | null;
    },
  };
}

/** Better Auth's data in the types of its columns. */
function inColumns(model: ModelManifest, data: RecordValues): RecordValues {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      const field = model.fields.get(name);
      return [name, field ? coerce(field, value) : value];
    }),
  );
}
