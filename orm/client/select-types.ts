import type { Schema } from "../schema/model.ts";
import type {
  FieldName,
  FieldsOf,
  ModelName,
  RecordOf,
  RelationName,
  RelationsOf,
  TargetOf,
  ValueOf,
} from "./infer.ts";
import type { ExactOrder, ExactWhere, OrderBy, Where } from "./where-types.ts";

/** What to return: fields, and relations as `true` (all their fields) or with arguments of their own. */
export type Select<S extends Schema, M extends ModelName<S>> = {
  readonly [F in FieldName<S, M>]?: boolean;
} & {
  readonly [R in RelationName<S, M>]?: boolean | RelationArgs<S, TargetOf<S, M, R>, RelationsOf<S, M>[R]["kind"]>;
};

type RelationArgs<S extends Schema, T extends ModelName<S>, Kind> = Kind extends ToOne
  ? ToOneArgs<S, T>
  : ToManyArgs<S, T>;

type ToOne = "belongsTo" | "hasOne";

/** Arguments of a to-one relation. It is null where the related record does not match `where`. */
export interface ToOneArgs<S extends Schema, T extends ModelName<S>> {
  readonly select?: Select<S, T>;
  readonly where?: Where<S, T>;
}

/** Arguments of a to-many relation. `skip` and `take` count for each parent. */
export interface ToManyArgs<S extends Schema, T extends ModelName<S>> extends ToOneArgs<S, T> {
  readonly orderBy?: OrderBy<S, T>;
  readonly take?: number;
  readonly skip?: number;
}

/** The result that a selection `Sel` leaves of a record: every field where there is none. */
export type Selected<S extends Schema, M extends ModelName<S>, Sel> = Sel extends object
  ? {
      -readonly [K in keyof Sel as Sel[K] extends false | undefined ? never : K]: K extends FieldName<S, M>
        ? ValueOf<FieldsOf<S, M>[K]>
        : K extends RelationName<S, M>
          ? Related<S, TargetOf<S, M, K>, RelationsOf<S, M>[K]["kind"], Sel[K]>
          : never;
    }
  : RecordOf<S, M>;

type Related<S extends Schema, T extends ModelName<S>, Kind, Args> = Kind extends ToOne
  ? Selected<S, T, SelectIn<Args>> | null
  : Selected<S, T, SelectIn<Args>>[];

type SelectIn<Args> = Args extends { readonly select: infer Sel } ? Sel : undefined;

/**
 * `never` at each name of `Sel` that the model does not have, at any depth. A type parameter is
 * exempt from TypeScript's excess property check, so an inferred selection needs this one.
 */
export type ExactSelect<S extends Schema, M extends ModelName<S>, Sel> = {
  [K in keyof Sel]: K extends FieldName<S, M>
    ? unknown
    : K extends RelationName<S, M>
      ? ExactRelation<S, TargetOf<S, M, K>, RelationsOf<S, M>[K]["kind"], Sel[K]>
      : never;
};

type ExactRelation<S extends Schema, T extends ModelName<S>, Kind, Args> = {
  [K in keyof Args]: K extends "select"
    ? ExactSelect<S, T, Args[K]>
    : K extends "where"
      ? ExactWhere<S, T, Args[K]>
      : Kind extends ToOne
        ? never
        : K extends "orderBy"
          ? ExactOrder<S, T, Args[K]>
          : K extends "take" | "skip"
            ? unknown
            : never;
};
