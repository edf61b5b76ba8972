import {
  DynamoDBServiceException,
  type DynamoDBClient,
  type TableDescription,
  type UpdateTableCommandInput,
} from "@aws-sdk/client-dynamodb";
import { defineSchema, id, model, string } from "auth-dynamodb";
import { pushSchema } from "auth-dynamodb/setup";
import { describe, expect, it } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";
import { operationOf } from "../support/recording.ts";

const schema = defineSchema({ user: model({ table: "users", fields: { id: id(), email: string().unique() } }) });
const KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/** What AWS does beyond these engines: answers of point-in-time recovery, storage class and encryption. */
function actLikeAws(client: DynamoDBClient, { unavailable = 0 } = {}): string[] {
  const sent: string[] = [];
  const recovering = new Set<unknown>();
  const known = new Map<unknown, Partial<TableDescription>>();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = operationOf(context);
      const input = args.input as unknown as UpdateTableCommandInput & {
        PointInTimeRecoverySpecification?: { PointInTimeRecoveryEnabled: boolean };
      };
      const answer = (output: object) => ({ output: { $metadata: {}, ...output }, response: {} }) as never;
      if (operation === "UpdateContinuousBackups") {
        sent.push(operation);
        if (unavailable-- > 0) {
          // For some seconds after a table was made.
          throw new DynamoDBServiceException({
            name: "ContinuousBackupsUnavailableException",
            $fault: "client",
            message: "Backups are being enabled",
            $metadata: { httpStatusCode: 400 },
          });
        }
        recovering.add(input.TableName);
        return answer({});
      }
      if (operation === "DescribeContinuousBackups") {
        const PointInTimeRecoveryStatus = recovering.has(input.TableName) ? "ENABLED" : "DISABLED";
        return answer({
          ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus } },
        });
      }
      if (operation === "UpdateTable" && (input.TableClass || input.SSESpecification)) {
        sent.push(
          `${operation} ${Object.keys(input)
            .filter((key) => key !== "TableName")
            .join()}`,
        );
        const { TableClass, SSESpecification } = input;
        known.set(input.TableName, {
          ...known.get(input.TableName),
          ...(TableClass ? { TableClassSummary: { TableClass } } : {}),
          ...(SSESpecification ? { SSEDescription: { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: KEY } } : {}),
        });
        return answer({});
      }
      const result = await next(args);
      if (operation === "DescribeTable")
        Object.assign((result.output as { Table?: object }).Table ?? {}, known.get(input.TableName));
      return result;
    },
    { name: "aws", step: "initialize" },
  );
  return sent;
}

describe.each(engines.filter(({ transactions }) => transactions))(
  "pushSchema where AWS answers, on $name",
  (engine) => {
    const settings = { pointInTimeRecovery: true, tableClass: "STANDARD_INFREQUENT_ACCESS", kmsKeyId: KEY } as const;

    it("sets recovery, storage class and key on a table that is there, once", async () => {
      const client = engine.createClient();
      const table = `${uniquePrefix("aws")}auth`;
      await pushSchema({ schema, client, table });
      const sent = actLikeAws(client);
      const outcomes = async () => (await pushSchema({ schema, client, table, ...settings }))[0]!.settings;
      const each = (outcome: string) =>
        ["pointInTimeRecovery", "tableClass", "kmsKeyId"].map((setting) => ({ setting, outcome }));
      expect(await outcomes()).toEqual(each("set"));
      expect(sent).toEqual(["UpdateContinuousBackups", "UpdateTable TableClass", "UpdateTable SSESpecification"]);
      expect(await outcomes()).toEqual(each("already set"));
      expect(sent).toHaveLength(3);
    });

    it("waits for the backups of a table that was just made", async () => {
      const client = engine.createClient();
      const sent = actLikeAws(client, { unavailable: 2 });
      const [pushed] = await pushSchema({
        schema,
        client,
        table: `${uniquePrefix("aws")}auth`,
        pointInTimeRecovery: true,
      });
      expect(pushed!.settings).toContainEqual({ setting: "pointInTimeRecovery", outcome: "set" });
      expect(sent).toEqual(Array(3).fill("UpdateContinuousBackups"));
    });
  },
);
