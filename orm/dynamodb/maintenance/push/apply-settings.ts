import {
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  ListTagsOfResourceCommand,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type ContinuousBackupsDescription,
  type TableDescription,
  type Tag,
  type TimeToLiveDescription,
  type UpdateTableCommandInput,
} from "@aws-sdk/client-dynamodb";
import { invalidSchema } from "../../../errors.ts";
import { errorName, isUnknownOperation } from "../../engine/aws-errors.ts";
import { backoff } from "../../../util/backoff.ts";
import type { Send } from "../../engine/client.ts";
import { waitUntilActive } from "../describe-table.ts";
import { tagList } from "../table-definition.ts";
import { globalTableOf, withoutTtl } from "./global-table.ts";
import type { PushedSetting, SettingName, SettingOutcome, TableSettings } from "./table-settings.ts";

/** About a minute: DynamoDB takes some seconds. */
const BACKUPS = { attempts: 40, base: 500, cap: 3000 };

/** One setting: whether the table has it, and what gives it to the table. */
interface Setting {
  readonly name: SettingName;
  readonly isSet: () => boolean | Promise<boolean>;
  readonly set: () => Promise<unknown>;
  /** Why this table cannot have it: then the engine is not asked. */
  readonly skipped?: string | undefined;
}

/** A table to be given settings. */
interface Subject {
  readonly client: Send;
  readonly table: string;
  readonly description: TableDescription;
}

/** Gives a table the settings that it lacks, one after another: DynamoDB takes one change at a time. */
export async function applySettings(
  subject: Subject,
  settings: TableSettings,
  ttl: boolean,
  dryRun: boolean,
): Promise<PushedSetting[]> {
  const reports: PushedSetting[] = [];
  for (const setting of settingsOf(subject, settings, ttl)) {
    const { name, skipped } = setting;
    if (skipped !== undefined) reports.push({ setting: name, outcome: "skipped", reason: skipped });
    else reports.push({ setting: name, outcome: await settle(setting, dryRun) });
  }
  return reports;
}

/** The settings a table that does not exist yet would get. */
export function wouldApply(settings: TableSettings, ttl: boolean): PushedSetting[] {
  const nowhere: Subject = {
    client: { send: () => Promise.reject(new Error("a dry run sends nothing")) },
    table: "",
    description: {},
  };
  return settingsOf(nowhere, settings, ttl).map(({ name }) => ({ setting: name, outcome: "would be set" }));
}

async function settle(setting: Setting, dryRun: boolean): Promise<SettingOutcome> {
  try {
    if (await setting.isSet()) return "already set";
    if (dryRun) return "would be set";
    await setting.set();
    return "set";
  } catch (error) {
    if (isUnknownOperation(error) || error === NOT_SUPPORTED) return "not supported by the engine";
    throw error;
  }
}

/** Thrown where an engine ignores a member of the request instead of refusing it. */
const NOT_SUPPORTED = new Error("not supported by the engine");

function settingsOf(subject: Subject, settings: TableSettings, ttl: boolean): Setting[] {
  const { deletionProtection, pointInTimeRecovery, tableClass, kmsKeyId, tags = {} } = settings;
  const all: Setting[] = [];
  if (ttl) all.push(ttlSetting(subject));
  if (deletionProtection !== undefined) all.push(deletionProtectionSetting(subject, deletionProtection));
  if (pointInTimeRecovery !== undefined) all.push(recoverySetting(subject, pointInTimeRecovery));
  if (tableClass !== undefined) all.push(tableClassSetting(subject, tableClass));
  if (kmsKeyId !== undefined) all.push(encryptionSetting(subject, kmsKeyId));
  if (Object.keys(tags).length > 0) all.push(tagsSetting(subject, tags));
  return all;
}

function ttlSetting({ client, table, description }: Subject): Setting {
  return {
    name: "ttl",
    skipped: withoutTtl(globalTableOf(description)),
    isSet: async () => {
      const output = (await client.send(new DescribeTimeToLiveCommand({ TableName: table }))) as {
        TimeToLiveDescription?: TimeToLiveDescription;
      };
      const { TimeToLiveStatus: status, AttributeName: attribute = "_ttl" } = output.TimeToLiveDescription ?? {};
      if (status !== "ENABLED" && status !== "ENABLING") return false;
      if (attribute === "_ttl") return true;
      throw invalidSchema(
        `The table "${table}" expires its items by the attribute "${attribute}", and DynamoDB allows one: ` +
          'this layout needs "_ttl". ' +
          `Disable TTL on "${attribute}" first, or choose another table.`,
      );
    },
    set: () =>
      client.send(
        new UpdateTimeToLiveCommand({
          TableName: table,
          TimeToLiveSpecification: { Enabled: true, AttributeName: "_ttl" },
        }),
      ),
  };
}

function recoverySetting({ client, table }: Subject, wanted: boolean): Setting {
  return {
    name: "pointInTimeRecovery",
    isSet: async () => {
      const output = (await client.send(new DescribeContinuousBackupsCommand({ TableName: table }))) as {
        ContinuousBackupsDescription?: ContinuousBackupsDescription;
      };
      const status = output.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
      return (status === "ENABLED") === wanted;
    },
    set: () =>
      whenBackupsAre(() =>
        client.send(
          new UpdateContinuousBackupsCommand({
            TableName: table,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: wanted },
          }),
        ),
      ),
  };
}

/** Tries again for as long as DynamoDB still prepares the backups of a table that was just made. */
async function whenBackupsAre<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === BACKUPS.attempts || errorName(error) !== "ContinuousBackupsUnavailableException") throw error;
      await backoff(attempt, BACKUPS);
    }
  }
}

function deletionProtectionSetting(subject: Subject, wanted: boolean): Setting {
  return {
    name: "deletionProtection",
    isSet: () => (subject.description.DeletionProtectionEnabled ?? false) === wanted,
    set: () => updateTable(subject, { DeletionProtectionEnabled: wanted }),
  };
}

function tableClassSetting(subject: Subject, wanted: NonNullable<TableSettings["tableClass"]>): Setting {
  return {
    name: "tableClass",
    isSet: () => (subject.description.TableClassSummary?.TableClass ?? "STANDARD") === wanted,
    set: () => updateTable(subject, { TableClass: wanted }),
  };
}

function encryptionSetting(subject: Subject, key: string): Setting {
  const { KMSMasterKeyArn: arn } = subject.description.SSEDescription ?? {};
  return {
    name: "kmsKeyId",
    // An alias says nothing of the key behind it: it is asked for, and DynamoDB refuses what is so already.
    isSet: () => arn !== undefined && (arn === key || arn.endsWith(`/${key}`)),
    set: async () => {
      try {
        await updateTable(subject, { SSESpecification: { Enabled: true, SSEType: "KMS", KMSMasterKeyId: key } });
      } catch (error) {
        if (!(arn !== undefined && key.includes("alias/") && errorName(error) === "ValidationException")) throw error;
      }
    },
  };
}

function tagsSetting({ client, description }: Subject, tags: Readonly<Record<string, string>>): Setting {
  const ResourceArn = description.TableArn;
  return {
    name: "tags",
    isSet: async () => {
      const found = new Map<string | undefined, string | undefined>();
      for (let NextToken: string | undefined; ;) {
        const page = (await client.send(new ListTagsOfResourceCommand({ ResourceArn, NextToken }))) as {
          Tags?: Tag[];
          NextToken?: string;
        };
        for (const { Key, Value } of page.Tags ?? []) found.set(Key, Value);
        if (page.NextToken === undefined) break;
        NextToken = page.NextToken;
      }
      return Object.entries(tags).every(([key, value]) => found.get(key) === value);
    },
    set: () => client.send(new TagResourceCommand({ ResourceArn, Tags: tagList(tags) })),
  };
}

async function updateTable(
  { client, table, description }: Subject,
  change: Partial<UpdateTableCommandInput>,
): Promise<void> {
  // DynamoDB always tells this; an engine that does not, knows none of these changes.
  if (description.DeletionProtectionEnabled === undefined) throw NOT_SUPPORTED;
  await client.send(new UpdateTableCommand({ TableName: table, ...change }));
  await waitUntilActive(client, table, true);
}
