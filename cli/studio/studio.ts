import { openOrm } from "../../adapters/open-orm.ts";
import type { UntypedModelClient, UntypedOrmClient } from "../../orm/client/untyped.ts";
import { Store, requireLayout } from "../../orm/dynamodb/context.ts";
import type { RequestEvent } from "../../orm/dynamodb/engine/request-event.ts";
import { layoutsOf, type ModelLayout } from "../../orm/dynamodb/layout/model-layout.ts";
import { storableManifest } from "../../orm/dynamodb/layout/storable.ts";
import type { Manifest } from "../../orm/schema/manifest.ts";
import type { Target } from "../config/resolve-target.ts";
import { Refused } from "./refused.ts";

/** What a studio shows, and what it may do. */
export interface StudioOptions {
  readonly target: Target;
  /** Where it is, in one line. */
  readonly connection: string;
  readonly readOnly: boolean;
  /** Send tokens and hashes to the page, too. */
  readonly showSecrets: boolean;
}

export interface Studio extends StudioOptions {
  readonly manifest: Manifest;
  readonly layouts: ReadonlyMap<string, ModelLayout>;
}

export function studioOf(options: StudioOptions): Studio {
  const manifest = storableManifest(options.target.schema);
  return { ...options, manifest, layouts: layoutsOf(manifest, options.target.naming) };
}

/** What one call of the page works with: all that it sends is noted. */
export interface Work {
  readonly studio: Studio;
  readonly orm: UntypedOrmClient;
  readonly store: Store;
  readonly requests: RequestEvent[];
  readonly note: (event: RequestEvent) => void;
}

/** A call's own ORM: what it sends is its own, and the page is told what its click cost. */
export function beginWork(studio: Studio): Work {
  const { schema, client, naming } = studio.target;
  const requests: RequestEvent[] = [];
  const note = (event: RequestEvent) => void requests.push(event);
  const options = { ...naming, client, onRequest: note, scans: "refuse" as const, logger: QUIET };
  return {
    studio,
    requests,
    note,
    orm: openOrm(schema, options, "atomic"),
    store: new Store(options, studio.manifest),
  };
}

/** What is refused is told on the page. */
const QUIET = { warn: () => undefined };

/** A model that the page names. */
export function modelOf({ studio, orm }: Work, name: string): { layout: ModelLayout; client: UntypedModelClient } {
  const client = studio.layouts.has(name) ? orm[name] : undefined;
  if (!client) throw new Refused("UNKNOWN_MODEL", `The schema has no model "${name}".`);
  return { layout: requireLayout(studio, name), client };
}
