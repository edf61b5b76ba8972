import type { UntypedModelClient, UntypedOrmClient } from "../orm/client/untyped.ts";

/** The operations of a model that is known to be the schema's. */
export function modelClient(orm: UntypedOrmClient, name: string): UntypedModelClient {
  const client = orm[name];
  if (!client) throw new TypeError(`The schema has no model "${name}"`);
  return client;
}
