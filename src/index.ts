/**
 * The ORM and its DynamoDB driver.
 *
 * @module auth-dynamodb
 */

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
  OnDelete,
  PlainTypes,
  ReferenceOptions,
  StringIdTypes,
} from "../orm/schema/fields.ts";
export { defineSchema, model, tableName } from "../orm/schema/model.ts";
export type {
  ExpiryDefinition,
  FieldMap,
  ClusterDefinition,
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
export type {
  CreateData,
  FieldName,
  FieldsOf,
  IncrementData,
  KeyValues,
  ModelName,
  RecordOf,
  RelationName,
  RelationsOf,
  TargetOf,
  UniqueWhere,
  UpdateData,
  ValueOf,
} from "../orm/client/infer.ts";
export type { OrmOperations } from "../orm/client/operations.ts";
export type { ExactSelect, Select, Selected, ToManyArgs, ToOneArgs } from "../orm/client/select-types.ts";
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
  Selecting,
  TypedOrmClient,
  UpdateArgs,
  UpdateManyArgs,
  UpsertArgs,
} from "../orm/client/types.ts";
export type {
  UntypedArgs,
  UntypedFindFirstArgs,
  UntypedFindManyArgs,
  UntypedModelClient,
  UntypedOrmClient,
} from "../orm/client/untyped.ts";
export type { Condition, OrderBy, RecordWhere, Where } from "../orm/client/where-types.ts";
export { isOrmError, OrmError } from "../orm/errors.ts";
export type { OrmErrorCode, OrmErrorInit, OrmErrorMeta } from "../orm/errors.ts";
export { normalizeOrmError } from "../orm/runtime/normalize-error.ts";

// The DynamoDB driver.
export { createDynamodbDriver } from "../orm/dynamodb/driver.ts";
export type { DynamodbDriverOptions } from "../orm/dynamodb/driver-options.ts";
export type { TableNaming } from "../orm/dynamodb/layout/model-layout.ts";
export type { ScanMode } from "../orm/dynamodb/plan/scan-policy.ts";
export type { WarningLogger } from "../orm/util/warning-logger.ts";
export type { DocumentClient, DynamodbClient } from "../orm/dynamodb/engine/client.ts";
export type { RequestPath } from "../orm/dynamodb/engine/request-path.ts";
export type { RequestEvent } from "../orm/dynamodb/engine/request-event.ts";
export type { TransactionMode } from "../orm/dynamodb/connection.ts";

// The memory driver.
export { createMemoryDriver } from "../orm/memory/driver.ts";
export type { MemorySeeds } from "../orm/memory/seeds.ts";
export type { MemoryStore } from "../orm/memory/tables.ts";

// Which driver a raw client is for.
export { detectDatabaseRuntime, inspectDatabaseRuntime, requireDatabaseRuntime } from "../orm/runtime/detect.ts";
export type {
  DatabaseRuntime,
  DatabaseRuntimeReport,
  DetectionCandidate,
  DetectionSource,
} from "../orm/runtime/detect.ts";

// For authors of drivers.
export { createDriverHandle } from "../orm/driver-handle.ts";
export type { CapabilityInput } from "../orm/driver-handle.ts";
export type {
  DriverCapabilities,
  DriverHandle,
  DriverConnection,
  Explanation,
  FindQuery,
  Increment,
  OrmDriver,
  TextComparison,
  Isolation,
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
  ReferenceManifest,
  Referrer,
  RelationLink,
  RelationManifest,
  UniqueKey,
} from "../orm/schema/manifest.ts";
export { compareValues, valuesEqual } from "../orm/values/compare.ts";
export type { RecordValues } from "../orm/values/normalize.ts";
