import type {
  AdapterFactoryCustomizeAdapterCreator,
  CustomAdapter,
  JoinConfig,
} from "better-auth/adapters";
import type { UntypedOrmClient } from "../../orm/client/untyped.ts";
import { invalidQuery } from "../../orm/errors.ts";
import type { Manifest, ModelManifest } from "../../orm/schema/manifest.ts";
import type { RecordValues } from "../../orm/values/normalize.ts";
import { joinName } from "./auth-schema.ts";
import { Cascade } from "./cascade.ts";
import { ExpiredRows, isLeftToTtl } from "./expired-rows.ts";
import { coerce, toOrmWhere } from "./where.ts";

interface Reading {
  readonly select?: string[] | undefined;
  readonly join?: JoinConfig | undefined;
}

/** Better Auth's operations on an ORM client: that of the database, or that of a transaction. */
export function customAdapter(orm: UntypedOrmClient, manifest: Manifest): AdapterFactoryCustomizeAdapterCreator {
  return ({ schema, getDefaultModelName, getFieldName }) => {
    const cascade = new Cascade(schema);
    const expired = new ExpiredRows();
    const keyOf = (target: { model: string; modelKey?: string | undefined }) =>
      target.modelKey ?? getDefaultModelName(target.model);

    const open = (target: { model: string; modelKey?: string | undefined }) => {
      const key = keyOf(target);
      const model = manifest.models.get(key);
      if (!model) throw invalidQuery(`Better Auth's configuration has no table "${target.model}".`, target.model);
      return { key, model, client: orm[key]! };
    };

    /** The ORM's `select` for Better Auth's, which names fields by key, and its joins. */
    const selectionOf = (key: string, model: ModelManifest, { select, join }: Reading) => {
      const names = select?.length ? select.map((field) => getFieldName({ model: key, field })) : [...model.fields.keys()];
      const selection: Record<string, unknown> = Object.fromEntries(names.map((name) => [name, true]));
      for (const [joined, { modelKey, on, relation, limit }] of Object.entries(join ?? {})) {
        const name = joinName(modelKey ?? getDefaultModelName(joined), on.from, on.to);
        selection[name] = relation === "one-to-one" || limit === undefined ? true : { take: limit };
      }
      return selection;
    };

    /** Joined records go under the name Better Auth gave them. */
    const withJoins = (record: RecordValues, join: JoinConfig | undefined): RecordValues => {
      if (!join) return record;
      const result = { ...record };
      for (const [joined, { modelKey, on, relation }] of Object.entries(join)) {
        const name = joinName(modelKey ?? getDefaultModelName(joined), on.from, on.to);
        const related = result[name];
        delete result[name];
        result[joined] = relation === "one-to-one" && Array.isArray(related) ? (related[0] ?? null) : related;
      }
      return result;
    };

    const adapter: CustomAdapter = {
      async create({ data, ...target }) {
        const { key, client, model } = open(target);
        expired.forget(key);
        return (await client.create({ data: inColumns(model, data) })) as typeof data;
      },
      async findOne<T>({ where, select, join, ...target }: Parameters<CustomAdapter["findOne"]>[0]) {
        const { key, model, client } = open(target);
        const found = await client.findFirst({
          where: toOrmWhere(model, where),
          select: selectionOf(key, model, { select, join }),
        });
        return (found && withJoins(found, join)) as T | null;
      },
      async findMany<T>({ where, limit, select, sortBy, offset, join, ...target }: Parameters<CustomAdapter["findMany"]>[0]) {
        const { key, model, client } = open(target);
        const found = await client.findMany({
          where: toOrmWhere(model, where),
          select: selectionOf(key, model, { select, join }),
          ...(sortBy ? { orderBy: { [getFieldName({ model: key, field: sortBy.field })]: sortBy.direction } } : {}),
          ...(offset ? { skip: offset } : {}),
          // Zero is "no limit" to the SQL adapters.
          ...(limit ? { take: limit } : {}),
        });
        if (found.length === 0 && !offset) expired.noteEmpty(key, where);
        return found.map((record) => withJoins(record, join)) as T[];
      },
      async count({ where, ...target }) {
        const { model, client } = open(target);
        return client.count({ where: toOrmWhere(model, where) });
      },
      async update<T>({ where, update, ...target }: Parameters<CustomAdapter["update"]>[0]) {
        const { key, model, client } = open(target);
        expired.forget(key);
        const data = inColumns(model, update as RecordValues);
        return (await client.update({ where: toOrmWhere(model, where), data })) as T | null;
      },
      async updateMany({ where, update, ...target }) {
        const { key, model, client } = open(target);
        expired.forget(key);
        return client.updateMany({ where: toOrmWhere(model, where), data: inColumns(model, update) });
      },
      async delete({ where, ...target }) {
        // As the SQL adapters do, all matching rows are deleted: by identifier there may be several.
        const { key, model } = open(target);
        if (where.length > 0) await cascade.deleteMany(orm, key, toOrmWhere(model, where), where);
      },
      async deleteMany({ where, ...target }) {
        const { key, model } = open(target);
        if (expired.takeEmpty(key, where) || isLeftToTtl(model, where)) return 0;
        return cascade.deleteMany(orm, key, toOrmWhere(model, where), where);
      },
      async consumeOne<T>({ where, ...target }: Parameters<NonNullable<CustomAdapter["consumeOne"]>>[0]) {
        const { key, model, client } = open(target);
        const consumed = await client.consume({ where: toOrmWhere(model, where) });
        if (consumed) await cascade.removeDependents(orm, key, [consumed]);
        return consumed as T | null;
      },
      async incrementOne<T>({ where, increment, set, ...target }: Parameters<NonNullable<CustomAdapter["incrementOne"]>>[0]) {
        const { model, client } = open(target);
        return (await client.increment({
          where: toOrmWhere(model, where),
          increment,
          ...(set ? { set: inColumns(model, set) } : {}),
        })) as T | null;
      },
    };
    return adapter;
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
