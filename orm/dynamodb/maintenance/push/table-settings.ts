import type { OptionsOf } from "../../../options/check-options.ts";
import { flag, oneOf, text, textByName } from "../../../options/option-kinds.ts";

/** What a team may want of its tables beyond their keys. What is left out is left as it is. */
export interface TableSettings {
  /** Continuous backups: restore to any second of the last days. */
  readonly pointInTimeRecovery?: boolean | undefined;
  /** Refuse `DeleteTable` until this is switched off. */
  readonly deletionProtection?: boolean | undefined;
  /** `STANDARD_INFREQUENT_ACCESS` costs less for storage and more for requests: seldom right for auth data. */
  readonly tableClass?: "STANDARD" | "STANDARD_INFREQUENT_ACCESS" | undefined;
  /** The id, ARN or alias of your own KMS key. Left out: the key that DynamoDB owns. */
  readonly kmsKeyId?: string | undefined;
  /** Added to the table's tags; a tag of the same key is replaced. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** The same, as they are checked. */
export const TABLE_SETTINGS: OptionsOf<TableSettings> = {
  pointInTimeRecovery: flag(),
  deletionProtection: flag(),
  tableClass: oneOf("STANDARD", "STANDARD_INFREQUENT_ACCESS"),
  kmsKeyId: text(),
  tags: textByName(),
};

/** A setting of a table that a push brings up to what is asked. */
export type SettingName = "ttl" | "pointInTimeRecovery" | "deletionProtection" | "tableClass" | "kmsKeyId" | "tags";

/** What became of a setting. `would be set` is a dry run's answer; `skipped` comes with a reason. */
export type SettingOutcome = "set" | "already set" | "would be set" | "skipped" | "not supported by the engine";

/** One setting of one table, as it was found or made. */
export interface PushedSetting {
  readonly setting: SettingName;
  readonly outcome: SettingOutcome;
  /** Of one that was skipped: why, and what to do. */
  readonly reason?: string;
}
