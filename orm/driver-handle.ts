import type { DriverCapabilities, DriverHandle } from "./driver.ts";

/** Capabilities as a driver gives them to {@link createDriverHandle}: what it leaves out, it does not have. */
export type CapabilityInput = {
  readonly [K in keyof DriverCapabilities]?: DriverCapabilities[K] extends object
    ? Partial<DriverCapabilities[K]>
    : DriverCapabilities[K];
};

const NONE: DriverCapabilities = {
  numericIds: "none",
  supportsNumericIds: false,
  supportsJSON: false,
  supportsDates: false,
  supportsBooleans: false,
  supportsTransactions: false,
  transactionIsolation: "none",
  supportsSchemaNamespaces: false,
  supportsTransactionalDDL: false,
  supportsJoin: false,
  nativeRelationLoading: "none",
  textComparison: "database-default",
  textMatching: { equality: "database-default", contains: "database-default", ordering: "database-default" },
  upsert: "none",
  returning: { create: false, update: false, delete: false },
  returningMode: { create: "none", update: "none", delete: "none" },
  nativeRelations: {
    singularChains: false,
    hasMany: false,
    manyToMany: false,
    filtered: false,
    ordered: false,
    paginated: false,
  },
};

/**
 * A driver's handle, frozen, with every capability: one that is left out is one that the driver does not have.
 *
 * @example
 * ```ts
 * const handle = createDriverHandle({ kind: "mine", client, capabilities: { supportsDates: true } });
 * ```
 */
export function createDriverHandle<Kind extends string, Client>(input: {
  readonly kind: Kind;
  readonly client: Client;
  readonly dialect?: string | undefined;
  readonly capabilities?: CapabilityInput;
}): DriverHandle<Kind, Client> {
  const { kind, client, dialect, capabilities: given = {} } = input;
  const capabilities: DriverCapabilities = Object.freeze({
    ...NONE,
    ...given,
    textMatching: Object.freeze({ ...NONE.textMatching, ...given.textMatching }),
    returning: Object.freeze({ ...NONE.returning, ...given.returning }),
    returningMode: Object.freeze({ ...NONE.returningMode, ...given.returningMode }),
    nativeRelations: Object.freeze({ ...NONE.nativeRelations, ...given.nativeRelations }),
  });
  return Object.freeze({ kind, client, ...(dialect === undefined ? {} : { dialect }), capabilities });
}
