/** The record holds the other one's key: `belongsTo("user", { foreignKey: "userId" })`. */
export interface BelongsTo<Target extends string = string> {
  readonly kind: "belongsTo";
  readonly target: Target;
  readonly foreignKey: string;
}

/** The other model holds this record's key, at most once. */
export interface HasOne<Target extends string = string> {
  readonly kind: "hasOne";
  readonly target: Target;
  readonly foreignKey: string;
}

/** The other model holds this record's key, any number of times. */
export interface HasMany<Target extends string = string> {
  readonly kind: "hasMany";
  readonly target: Target;
  readonly foreignKey: string;
}

/** Records of a third model link the two: `from` holds this record's key, `to` the other one's. */
export interface ManyToMany<Target extends string = string> {
  readonly kind: "manyToMany";
  readonly target: Target;
  readonly through: string;
  readonly from: string;
  readonly to: string;
}

/** Any relation. */
export type Relation = BelongsTo | HasOne | HasMany | ManyToMany;

/** A to-one relation by a foreign key of this model. */
export function belongsTo<const Target extends string>(
  target: Target,
  options: { foreignKey: string },
): BelongsTo<Target> {
  return { kind: "belongsTo", target, foreignKey: options.foreignKey };
}

/** A to-one relation by a foreign key of the other model. */
export function hasOne<const Target extends string>(target: Target, options: { foreignKey: string }): HasOne<Target> {
  return { kind: "hasOne", target, foreignKey: options.foreignKey };
}

/** A to-many relation by a foreign key of the other model. */
export function hasMany<const Target extends string>(target: Target, options: { foreignKey: string }): HasMany<Target> {
  return { kind: "hasMany", target, foreignKey: options.foreignKey };
}

/** A to-many relation through a linking model. */
export function manyToMany<const Target extends string>(
  target: Target,
  options: { through: string; from: string; to: string },
): ManyToMany<Target> {
  return { kind: "manyToMany", target, ...options };
}
