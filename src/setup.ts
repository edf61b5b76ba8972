/**
 * Tables: created, checked, repaired, copied, and as templates.
 *
 * @module auth-dynamodb/setup
 */

export { applySchema, bootstrapDatabase, pushSchema } from "../orm/runtime/setup.ts";
export type { ApplySchemaOptions, PushSchemaOptions } from "../orm/runtime/setup.ts";
export type { DynamodbOptions, RuntimeOptions, RuntimeSource } from "../orm/runtime/runtime-options.ts";
export { RuntimeSetupError } from "../orm/runtime/setup-error.ts";
export type { SetupStage } from "../orm/runtime/setup-error.ts";
export type { Drop } from "../orm/dynamodb/maintenance/push/drop.ts";
export type { Duplicate } from "../orm/dynamodb/maintenance/duplicate.ts";
export type { JobProgress } from "../orm/dynamodb/maintenance/job-progress.ts";
export type {
  PushedTable,
  PushSchemaOptions as PushTablesOptions,
} from "../orm/dynamodb/maintenance/push/push-schema.ts";
export type { GlobalTable } from "../orm/dynamodb/maintenance/push/global-table.ts";
export type { BackfillProgress, BackfillResult } from "../orm/dynamodb/maintenance/push/backfill.ts";
export type { ReconcileReport } from "../orm/dynamodb/maintenance/push/reconcile.ts";
export type { BackfillMode, ModelChange } from "../orm/dynamodb/maintenance/push/schema-change.ts";
export type {
  PushedSetting,
  SettingName,
  SettingOutcome,
  TableSettings,
} from "../orm/dynamodb/maintenance/push/table-settings.ts";
export { applicationActions, applicationPolicy } from "../orm/dynamodb/maintenance/template/application-policy.ts";
export type { PolicyDocument, PolicyStatement } from "../orm/dynamodb/maintenance/template/application-policy.ts";
export { cdkTemplate } from "../orm/dynamodb/maintenance/template/cdk.ts";
export { cloudFormationTemplate, samTemplate } from "../orm/dynamodb/maintenance/template/cloudformation.ts";
export type { CloudFormationTemplate } from "../orm/dynamodb/maintenance/template/cloudformation.ts";
export { renderTemplate } from "../orm/dynamodb/maintenance/template/render-template.ts";
export type { TemplateFormat } from "../orm/dynamodb/maintenance/template/render-template.ts";
export type { TemplateOptions } from "../orm/dynamodb/maintenance/template/template-tables.ts";
export { terraformTemplate } from "../orm/dynamodb/maintenance/template/terraform.ts";
export { copyTables } from "../orm/dynamodb/maintenance/copy/copy-tables.ts";
export type { CopyReport, CopyTablesOptions } from "../orm/dynamodb/maintenance/copy/copy-tables.ts";
export { storageStats } from "../orm/dynamodb/maintenance/stats/storage-stats.ts";
export type {
  ModelStats,
  StorageStats,
  StorageStatsOptions,
  TableStats,
} from "../orm/dynamodb/maintenance/stats/storage-stats.ts";
export { auditStorage } from "../orm/dynamodb/maintenance/audit/audit-storage.ts";
export type { AuditOptions, AuditPage } from "../orm/dynamodb/maintenance/audit/audit-storage.ts";
export type { Finding, FindingKind } from "../orm/dynamodb/maintenance/audit/finding.ts";
export { sweepTransactions } from "../orm/dynamodb/maintenance/sweep/sweep-transactions.ts";
export type { SweepOptions, SweepReport, Swept } from "../orm/dynamodb/maintenance/sweep/sweep-transactions.ts";
export type { ItemKey } from "../orm/dynamodb/layout/keys.ts";

// Moving in.
export {
  importFromBetterAuth,
  placeOfRecords,
  verifyAgainstBetterAuth,
} from "../adapters/better-auth/import/import-from-better-auth.ts";
export type {
  AuthMove,
  ImportFromBetterAuthOptions,
  NewAuth,
} from "../adapters/better-auth/import/import-from-better-auth.ts";
export type { OldAuth } from "../adapters/better-auth/import/better-auth-source.ts";
export type { ImportRowsOptions } from "../adapters/import/options.ts";
export type { Counts, LeftOutRow, MoveReport } from "../adapters/import/report.ts";
export type { Difference, VerifyReport, VerifyRowsOptions } from "../adapters/import/verify-rows.ts";
export { exportToJson } from "../adapters/import/json/export-to-json.ts";
export type { ExportReport, ExportToJsonOptions } from "../adapters/import/json/export-to-json.ts";
export { importFromJson, verifyAgainstJson } from "../adapters/import/json/import-from-json.ts";
export type { ImportFromJsonOptions, JsonMove } from "../adapters/import/json/import-from-json.ts";
export type { PlaceOfRecords } from "../adapters/import/place-of-records.ts";
export type { LibraryField, LibraryFields } from "../adapters/library-fields.ts";
