// The ORM: fields, models, relations.
export {
  bigint,
  boolean,
  datetime,
  decimal,
  enumeration,
  Field,
  id,
  integer,
  json,
  number,
  numericId,
  string,
} from "../orm/schema/fields.ts";
export type {
  FieldConfig,
  FieldKind,
  FieldReference,
  FieldTypes,
  IntegerIdTypes,
  JsonValue,
  PlainTypes,
  StringIdTypes,
} from "../orm/schema/fields.ts";
export { defineSchema, model, tableName } from "../orm/schema/model.ts";
export type {
  FieldMap,
  IndexDefinition,
  Model,
  ModelConstraints,
  ModelInput,
  RelationMap,
  Schema,
  TableReference,
} from "../orm/schema/model.ts";
export { belongsTo, hasMany, hasOne, manyToMany } from "../orm/schema/relations.ts";
export type { BelongsTo, HasMany, HasOne, ManyToMany, Relation } from "../orm/schema/relations.ts";

// The client.
export { createOrm } from "../orm/client/create-orm.ts";
export type { OrmOptions } from "../orm/client/create-orm.ts";
export type { CreateData, ModelName, RecordOf, UniqueWhere, UpdateData } from "../orm/client/infer.ts";
export type { Select, Selected } from "../orm/client/select-types.ts";
export type {
  CreateArgs,
  CreateManyArgs,
  DeleteArgs,
  Filtering,
  FindFirstArgs,
  FindManyArgs,
  FindUniqueArgs,
  IncrementArgs,
  ModelClient,
  OrmClient,
  OrmOperations,
  Selecting,
  TypedOrmClient,
  UpdateArgs,
  UpdateManyArgs,
  UpsertArgs,
} from "../orm/client/types.ts";
export type { UntypedModelClient, UntypedOrmClient } from "../orm/client/untyped.ts";
export type { OrderBy, Where } from "../orm/client/where-types.ts";
export { isOrmError, OrmError } from "../orm/errors.ts";
export type { OrmErrorCode, OrmErrorInit, OrmErrorMeta } from "../orm/errors.ts";

// The DynamoDB driver.
export { createDynamodbDriver } from "../orm/dynamodb/driver.ts";
export type { DynamodbDriverOptions } from "../orm/dynamodb/driver.ts";
export type { TableNaming } from "../orm/dynamodb/layout/model-layout.ts";
export type { ScanMode, WarningLogger } from "../orm/dynamodb/read/scan-policy.ts";
export type { DynamodbClient } from "../orm/dynamodb/send/client.ts";
export type { RequestPath } from "../orm/dynamodb/send/request-path.ts";
export type { RequestEvent } from "../orm/dynamodb/send/sender.ts";
export type { TransactionMode } from "../orm/dynamodb/session.ts";

// For authors of drivers.
export type {
  DriverCapabilities,
  DriverHandle,
  DriverSession,
  Explanation,
  FindQuery,
  Increment,
  OrmDriver,
  TransactionOptions,
} from "../orm/driver.ts";
export { matches } from "../orm/query/evaluate.ts";
export { recordOrder } from "../orm/query/order.ts";
export type { OrderTerm } from "../orm/query/order.ts";
export { conjuncts, isEverything } from "../orm/query/predicate.ts";
export type { Comparison, Operator, Predicate } from "../orm/query/predicate.ts";
export type { UniqueLookup } from "../orm/query/unique-lookup.ts";
export type {
  FieldManifest,
  HomeManifest,
  IndexManifest,
  Manifest,
  ModelManifest,
  UniqueKey,
} from "../orm/schema/manifest.ts";
export type { RelationLink, RelationManifest } from "../orm/schema/relation-manifest.ts";
export { compareValues, valuesEqual } from "../orm/values/compare.ts";
export type { RecordValues } from "../orm/values/normalize.ts";
