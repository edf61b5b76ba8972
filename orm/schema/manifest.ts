import type { FieldKind, OnDelete } from "./fields.ts";
import type { ExpiryDefinition } from "./model.ts";

/** A field as the drivers see it. */
export interface FieldManifest {
  readonly name: string;
  readonly column: string;
  readonly kind: FieldKind;
  readonly idType: "string" | "integer" | undefined;
  readonly generated: "id" | "increment" | "now" | undefined;
  readonly nullable: boolean;
  readonly unique: boolean;
  readonly hasDefault: boolean;
  readonly defaultValue: unknown;
  readonly references: ReferenceManifest | undefined;
  readonly values: readonly string[] | undefined;
}

/** A field of another model whose values a field holds. */
export interface ReferenceManifest {
  readonly model: string;
  readonly field: string;
  /** Given where the reference is enforced. */
  readonly onDelete: OnDelete | undefined;
}

/** A unique combination of fields. */
export interface UniqueKey {
  readonly fields: readonly string[];
}

/** An access path by equality on `on`, ordered by `orderBy`. */
export interface IndexManifest {
  readonly on: readonly string[];
  readonly orderBy: string | undefined;
  /** How many partitions a model-wide order (`on` is empty) is spread over. */
  readonly shards: number;
  /** Whether its entries hold the whole record. */
  readonly carries: boolean;
}

/** Where a model's records live. */
export interface HomeManifest {
  /** `unique`: one record a key. `index`: all records with the same values together. */
  readonly kind: "unique" | "index";
  readonly fields: readonly string[];
  /** What the records of a shared home are in the order of. Without: of their ids. */
  readonly orderBy: string | undefined;
}

/** A relation resolved to the two fields that must be equal. */
export interface RelationManifest {
  readonly name: string;
  readonly kind: "one" | "many";
  readonly target: string;
  /** The field of this model. */
  readonly from: string;
  /** The field of the target, or of the linking model, that equals it. */
  readonly to: string;
  /** The linking model of a many-to-many relation. */
  readonly through: RelationLink | undefined;
}

/** How a linking record leads on to the target. */
export interface RelationLink {
  readonly model: string;
  /** The field of the linking model that holds the target's key. */
  readonly from: string;
  /** The field of the target that equals it. */
  readonly to: string;
}

/** A field of some model that refers, enforced, to a field of the model that lists it. */
export interface Referrer {
  /** The referring model and field. */
  readonly model: string;
  readonly field: string;
  /** The field that is referred to. */
  readonly to: string;
  readonly onDelete: OnDelete;
}

/** A model as the drivers see it. */
export interface ModelManifest {
  readonly name: string;
  readonly table: string;
  readonly namespace: string | undefined;
  readonly fields: ReadonlyMap<string, FieldManifest>;
  /** Every unique key, `id` first, the home included. */
  readonly uniques: readonly UniqueKey[];
  /** Every index that is not the home. */
  readonly indexes: readonly IndexManifest[];
  readonly home: HomeManifest;
  /** Whether records that do not live at their id have an entry there. */
  readonly idEntry: boolean;
  readonly expires: ExpiryDefinition | undefined;
  readonly relations: ReadonlyMap<string, RelationManifest>;
  /** The enforced references to this model, its own to itself included. */
  readonly referrers: readonly Referrer[];
}

/** A schema as the drivers see it: resolved and checked. */
export interface Manifest {
  readonly models: ReadonlyMap<string, ModelManifest>;
}
