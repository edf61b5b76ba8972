import type { CleanedWhere } from "better-auth/adapters";
import type { BetterAuthDBSchema } from "better-auth/db";
import type { UntypedOrmClient } from "../../orm/client/untyped.ts";
import { columnOf } from "./auth-schema.ts";

/** A column of another table that holds the key of a deleted row. */
interface Dependent {
  readonly model: string;
  readonly column: string;
  /** The column of the deleted row that it refers to. */
  readonly key: string;
  readonly action: "delete" | "set null";
}

/** Better Auth removes these itself, with its hooks, before it deletes the user. */
const REMOVED_BY_BETTER_AUTH: ReadonlySet<string> = new Set(["session", "account"]);

/** How many keys one `in` takes: each is a Query of its own. */
const CHUNK = 100;

/**
 * Foreign keys as Better Auth's SQL schemas declare them: rows that refer to a deleted row go with
 * it, or lose the reference. Better Auth counts on it: a member without its user breaks the list
 * of members.
 */
export class Cascade {
  readonly #dependents = new Map<string, Dependent[]>();

  constructor(tables: BetterAuthDBSchema) {
    for (const [model, table] of Object.entries(tables)) {
      for (const [field, { references }] of Object.entries(table.fields)) {
        const target = references && tables[references.model];
        const action = references?.onDelete ?? "cascade";
        if (!target || (action !== "cascade" && action !== "set null")) continue;
        if (references.model === "user" && REMOVED_BY_BETTER_AUTH.has(model)) continue;
        const dependents = this.#dependents.get(references.model) ?? [];
        this.#dependents.set(references.model, [
          ...dependents,
          {
            model,
            column: columnOf(table, field),
            key: columnOf(target, references.field),
            action: action === "cascade" ? "delete" : "set null",
          },
        ]);
      }
    }
  }

  /** Deletes rows, and before them what depends on them, so that a failure can be repeated. */
  async deleteMany(orm: UntypedOrmClient, model: string, where: Record<string, unknown>, clauses: readonly CleanedWhere[] = []): Promise<number> {
    const dependents = this.#dependents.get(model) ?? [];
    if (dependents.length > 0) {
      const keys = [...new Set(dependents.map(({ key }) => key))];
      const rows = boundRow(keys, clauses) ?? (await orm[model]!.findMany({ where, select: Object.fromEntries(keys.map((key) => [key, true])) }));
      await this.removeDependents(orm, model, rows);
    }
    return orm[model]!.deleteMany({ where });
  }

  /** Removes, or releases, what depends on rows of a model. */
  async removeDependents(orm: UntypedOrmClient, model: string, rows: readonly Record<string, unknown>[]): Promise<void> {
    await Promise.all(
      (this.#dependents.get(model) ?? []).map(async ({ model: dependent, column, key, action }) => {
        const values = rows.map((row) => row[key]).filter((value) => value !== null && value !== undefined);
        for (let start = 0; start < values.length; start += CHUNK) {
          const where = { [column]: { in: values.slice(start, start + CHUNK) } };
          if (action === "delete") await this.deleteMany(orm, dependent, where);
          else await orm[dependent]!.updateMany({ where, data: { [column]: null } });
        }
      }),
    );
  }
}

/** The row that clauses name by the only key wanted: then it need not be read. */
function boundRow(keys: readonly string[], clauses: readonly CleanedWhere[]): Record<string, unknown>[] | undefined {
  const [clause, ...others] = clauses;
  if (!clause || others.length > 0 || clause.operator !== "eq" || clause.mode === "insensitive") return undefined;
  return keys.length === 1 && keys[0] === clause.field ? [{ [clause.field]: clause.value }] : undefined;
}
