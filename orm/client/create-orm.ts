import type { DriverHandle, DriverSession, OrmDriver, TransactionOptions } from "../driver.ts";
import { invalidQuery, invalidSchema } from "../errors.ts";
import { compileManifest, type Manifest } from "../schema/manifest.ts";
import type { Schema } from "../schema/model.ts";
import { ModelOperations } from "./model-client.ts";
import type { OrmClient } from "./types.ts";
import type { UntypedOrmClient } from "./untyped.ts";

/** What {@link createOrm} takes. */
export interface OrmOptions<S extends Schema, Kind extends string, Client> {
  readonly schema: S;
  readonly driver: OrmDriver<Kind, Client>;
}

// A model "then" would make a promise of the client.
const RESERVED = ["transaction", "batch", "$driver", "then"];

/**
 * The client of a schema over a driver. Nothing is read or written yet. Throws `INVALID_SCHEMA`
 * where the schema contradicts itself or asks for what the driver cannot do.
 *
 * @example
 * ```ts
 * const orm = createOrm({ schema, driver: createMemoryDriver() });
 * const user = await orm.user.create({ data: { email: "ada@example.com" } });
 * ```
 */
export function createOrm<S extends Schema, Kind extends string, Client>(
  options: OrmOptions<S, Kind, Client>,
): OrmClient<S, DriverHandle<Kind, Client>> {
  const manifest = compileManifest(options.schema);
  const { kind, client, capabilities } = options.driver.handle;
  const handle: DriverHandle<Kind, Client> = Object.freeze({
    kind,
    client,
    capabilities: Object.freeze({ ...capabilities, returning: Object.freeze({ ...capabilities.returning }) }),
  });
  checkCapabilities(manifest, handle);
  const orm = clientOver(manifest, options.driver.connect(manifest), handle, false);
  // The typed client describes the same objects, with the names and values of this schema.
  return orm as unknown as OrmClient<S, DriverHandle<Kind, Client>>;
}

function checkCapabilities(manifest: Manifest, { kind, capabilities }: DriverHandle): void {
  for (const model of manifest.models.values()) {
    if (RESERVED.includes(model.name)) {
      throw invalidSchema(`A model cannot be called "${model.name}": the client has that name itself.`, model.name);
    }
    const { idType, generated } = model.fields.get("id")!;
    if (generated === "increment" && capabilities.numericIds !== "generated") {
      throw invalidSchema(
        `"${model.name}.id": the ${kind} driver does not generate integer ids. Use id({ type: "integer" }) with ids that the application assigns, or string ids: id().`,
        model.name,
        ["id"],
      );
    }
    if (idType === "integer" && capabilities.numericIds === "none") {
      throw invalidSchema(`"${model.name}.id": the ${kind} driver has no integer ids. Use string ids: id().`, model.name, ["id"]);
    }
    if (model.namespace !== undefined && !capabilities.supportsSchemaNamespaces) {
      throw invalidSchema(
        `Table "${model.table}" of "${model.name}" names the schema "${model.namespace}", and the ${kind} driver has no schemas. Use a prefix in the table's name instead: "${model.namespace}_${model.table}".`,
        model.name,
      );
    }
  }
}

function clientOver<Handle extends DriverHandle>(
  manifest: Manifest,
  session: DriverSession,
  handle: Handle,
  inTransaction: boolean,
): UntypedOrmClient<Handle> {
  const transaction = <T>(
    run: (tx: UntypedOrmClient<Handle>) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> =>
    inTransaction
      ? run(client)
      : session.transaction((inner) => run(clientOver(manifest, inner, handle, true)), options);

  const batch = (tasks: readonly ((tx: UntypedOrmClient<Handle>) => Promise<unknown>)[]): Promise<unknown[]> =>
    transaction(async (tx) => {
      const results: unknown[] = [];
      for (const task of tasks) {
        if (typeof task !== "function") throw invalidQuery("batch takes functions of a client: (tx) => tx.user.create(…).");
        results.push(await task(tx));
      }
      return results;
    });

  // Without a prototype: a model of any name is only ever found where the schema has one.
  const client = Object.create(null) as UntypedOrmClient<Handle>;
  for (const model of manifest.models.values()) {
    define(client, model.name, new ModelOperations(manifest, model, session));
  }
  define(client, "transaction", transaction);
  define(client, "batch", batch);
  define(client, "$driver", handle);
  return client;
}

function define(client: object, name: string, value: unknown): void {
  Object.defineProperty(client, name, { value, enumerable: true });
}
