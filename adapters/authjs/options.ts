import type { DynamodbDriverOptions } from "../../orm/dynamodb/driver.ts";
import type { DynamodbClient } from "../../orm/dynamodb/send/client.ts";
import type { FieldMap } from "../../orm/schema/model.ts";

/** Fields of your own on one model, made with the ORM's field builders. */
export interface ModelOptions {
  /**
   * Auth.js creates records without knowing of these fields: each needs a default or must be
   * nullable, unless your provider's `profile()` always gives it.
   */
  readonly additionalFields?: FieldMap | undefined;
}

/** What Auth.js's tables hold. `createAuthJsSchema` and `DynamoDBAdapter` take the same, so that both agree. */
export interface AuthJsSchemaOptions {
  readonly user?: ModelOptions | undefined;
  readonly session?: ModelOptions | undefined;
  readonly account?: ModelOptions | undefined;
}

/** Options of `DynamoDBAdapter`. */
export interface DynamoDBAdapterOptions
  extends AuthJsSchemaOptions,
    Pick<
      DynamodbDriverOptions,
      "table" | "tables" | "tablePrefix" | "consistency" | "scans" | "onRequest" | "logger"
    > {
  /** The application's `DynamoDBClient` or `DynamoDBDocumentClient`. */
  readonly client: DynamodbClient;
}
