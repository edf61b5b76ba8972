import { checkCapabilities } from "../check-capabilities.ts";
import type { DriverHandle, DriverConnection, OrmDriver, TransactionOptions } from "../driver.ts";
import { createDriverHandle } from "../driver-handle.ts";
import { invalidQuery } from "../errors.ts";
import { checkOptions, type OptionsOf } from "../options/check-options.ts";
import { objectWith, schemaOption } from "../options/option-kinds.ts";
import { compileManifest } from "../schema/compile-manifest.ts";
import type { Manifest } from "../schema/manifest.ts";
import type { Schema } from "../schema/model.ts";
import { ModelOperations } from "./model-client.ts";
import type { OrmClient } from "./types.ts";
import type { UntypedOrmClient } from "./untyped.ts";

/** What {@link createOrm} takes. */
export interface OrmOptions<S extends Schema, Kind extends string, Client> {
  readonly schema: S;
  readonly driver: OrmDriver<Kind, Client>;
}

const ORM_OPTIONS: OptionsOf<OrmOptions<Schema, string, unknown>> = {
  schema: schemaOption(),
  driver: objectWith("connect"),
};

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
export function createOrm<S extends Schema, Kind extends string = string, Client = unknown>(
  options: OrmOptions<S, Kind, Client>,
): OrmClient<S, DriverHandle<Kind, Client>> {
  checkOptions("createOrm", options, { own: ORM_OPTIONS });
  const manifest = compileManifest(options.schema);
  const handle = createDriverHandle(options.driver.handle);
  checkCapabilities(manifest, handle);
  const orm = clientOver(manifest, options.driver.connect(manifest), handle);
  // The typed client describes the same objects, with the names and values of this schema.
  return orm as unknown as OrmClient<S, DriverHandle<Kind, Client>>;
}

function clientOver<Handle extends DriverHandle>(
  manifest: Manifest,
  connection: DriverConnection,
  handle: Handle,
): UntypedOrmClient<Handle> {
  const transaction = async <T>(
    run: (tx: UntypedOrmClient<Handle>) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> => {
    // Adapters ask for none, and do not load what it takes.
    if (options?.isolation !== undefined)
      (await import("./check-isolation.ts")).checkIsolation(handle, options.isolation);
    return connection.transaction((inner) => run(clientOver(manifest, inner, handle)), options);
  };

  const batch = (tasks: readonly ((tx: UntypedOrmClient<Handle>) => Promise<unknown>)[]): Promise<unknown[]> =>
    transaction(async (tx) => {
      const results: unknown[] = [];
      for (const task of tasks) {
        if (typeof task !== "function")
          throw invalidQuery("batch takes functions of a client: (tx) => tx.user.create(…).");
        results.push(await task(tx));
      }
      return results;
    });

  // Without a prototype: a model of any name is only ever found where the schema has one.
  const client = Object.create(null) as UntypedOrmClient<Handle>;
  for (const model of manifest.models.values()) {
    define(client, model.name, new ModelOperations(manifest, model, connection));
  }
  define(client, "transaction", transaction);
  define(client, "batch", batch);
  define(client, "$driver", handle);
  return client;
}

function define(client: object, name: string, value: unknown): void {
  Object.defineProperty(client, name, { value, enumerable: true });
}
