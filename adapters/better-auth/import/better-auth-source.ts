import type { BetterAuthDBSchema } from "better-auth/db";
import type { DBAdapter, Where } from "better-auth/adapters";
import { invalidOption } from "../../../orm/errors.ts";
import type { RecordValues } from "../../../orm/values/normalize.ts";
import { descriptionOf } from "../../description.ts";
import type { RowPage, RowReading, RowSource } from "../../import/row-source.ts";

/** What is read of a Better Auth instance. */
export interface OldAuth {
  readonly $context: Promise<{
    readonly adapter: Pick<DBAdapter, "id" | "findMany" | "count">;
    readonly tables: BetterAuthDBSchema;
    readonly options: object;
  }>;
}

/** Where the reading of a model goes on: behind an id, or behind so many rows. */
interface Position {
  readonly id?: string;
  readonly skip?: number;
  /** Rows so far, each counted once. */
  readonly read: number;
}

/** Adapters whose order of ids and comparison of ids are not the same. */
const READ_BY_OFFSET: ReadonlySet<string> = new Set(["memory"]);

/** Ids of one model that are kept in memory, to tell a row that comes twice. */
const TRACKED = 2_000_000;

type Context = Awaited<OldAuth["$context"]>;

/** What of an old configuration says where rows are. */
interface Storages {
  readonly database?: unknown;
  readonly advanced?: { readonly database?: { readonly generateId?: unknown } };
  readonly secondaryStorage?: unknown;
  readonly session?: { readonly storeSessionInDatabase?: boolean };
  readonly verification?: { readonly storeInDatabase?: boolean };
}

/** The rows of a Better Auth database, whatever it is, read through Better Auth's own adapter for it. */
export class BetterAuthSource implements RowSource {
  readonly models: readonly string[];

  private constructor(private readonly context: Context) {
    this.models = Object.keys(context.tables);
  }

  static async open(auth: OldAuth): Promise<BetterAuthSource> {
    const context = await auth.$context;
    if (!descriptionOf((context.options as Storages).database)) return new BetterAuthSource(context);
    throw invalidOption(
      "The old configuration is on dynamodbAdapter already: its tables are copied by copyTables, or by " +
        "import --from-prefix and --from-table.",
      "from",
    );
  }

  get notes(): string[] {
    const { secondaryStorage, session, verification } = this.context.options as Storages;
    if (!secondaryStorage) return [];
    const elsewhere = [
      ...(session?.storeSessionInDatabase ? [] : ["sessions"]),
      ...(verification?.storeInDatabase ? [] : ["verifications"]),
    ];
    return elsewhere.length === 0
      ? []
      : [`The old configuration keeps its ${elsewhere.join(" and ")} in a secondary storage: they are not moved.`];
  }

  count(model: string): Promise<number | undefined> {
    return this.context.adapter.count({ model });
  }

  async *pages(model: string, { after, since, pageSize }: RowReading): AsyncGenerator<RowPage, void, void> {
    const changed = this.#changedSince(model, since);
    const before = changed.length === 0 ? await this.count(model) : undefined;
    const seen = new Set<string>();
    let position = startOf(after, READ_BY_OFFSET.has(this.context.adapter.id));
    for (;;) {
      const rows = await this.#read(model, changed, position, pageSize);
      const fresh = rows.filter(({ id }) => !seen.has(String(id)));
      if (seen.size < TRACKED) for (const { id } of fresh) seen.add(String(id));
      position = behind(position, rows, fresh.length);
      const goesOn = rows.length === pageSize && (fresh.length > 0 || position.skip !== undefined);
      if (goesOn) {
        yield { rows, next: JSON.stringify(position) };
        continue;
      }
      // Some collation orders ids in another way than it compares them: then they are counted off.
      const isWhole = rows.length < pageSize && !(await this.#isIncomplete(model, before, position.read));
      if (position.skip !== undefined || isWhole) {
        yield { rows, next: undefined };
        return;
      }
      position = { skip: 0, read: 0 };
      seen.clear();
      yield { rows, next: JSON.stringify(position) };
    }
  }

  async present(model: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    // Other ids cannot be compared with numbers.
    const serial = (this.context.options as Storages).advanced?.database?.generateId === "serial";
    const possible = serial ? ids.filter((id) => /^\d+$/.test(id)) : [...ids];
    if (possible.length === 0) return new Set();
    const where: Where[] = [{ field: "id", operator: "in", value: possible }];
    const rows = await this.context.adapter.findMany<RecordValues>({ model, where, limit: possible.length });
    return new Set(rows.map(({ id }) => String(id)));
  }

  isTransformed(model: string, field: string): boolean {
    return this.context.tables[model]?.fields[field]?.transform?.output !== undefined;
  }

  #read(model: string, changed: readonly Where[], position: Position, limit: number): Promise<RecordValues[]> {
    const { id, skip } = position;
    const behindId: Where[] = id === undefined ? [] : [{ field: "id", operator: "gt", value: id }];
    return this.context.adapter.findMany<RecordValues>({
      model,
      limit,
      where: [...changed, ...behindId],
      sortBy: { field: "id", direction: "asc" },
      ...(skip ? { offset: skip } : {}),
    });
  }

  #changedSince(model: string, since: Date | undefined): Where[] {
    const tells = since && this.context.tables[model]?.fields["updatedAt"] !== undefined;
    return tells ? [{ field: "updatedAt", operator: "gte", value: since }] : [];
  }

  /** Whether fewer rows were read than there were at the start and are at the end. */
  async #isIncomplete(model: string, before: number | undefined, read: number): Promise<boolean> {
    if (before === undefined || read >= before) return false;
    return read < ((await this.count(model)) ?? 0);
  }
}

function startOf(after: string | undefined, byOffset: boolean): Position {
  if (after !== undefined) return JSON.parse(after) as Position;
  return byOffset ? { skip: 0, read: 0 } : { read: 0 };
}

function behind(position: Position, rows: readonly RecordValues[], fresh: number): Position {
  const read = position.read + fresh;
  if (position.skip !== undefined) return { skip: position.skip + rows.length, read };
  const last = rows.at(-1)?.["id"];
  return last === undefined ? { ...position, read } : { id: String(last), read };
}
