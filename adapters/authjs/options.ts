import type { FieldMap } from "../../orm/schema/model.ts";
import { isGroup, type OptionsOf } from "../../orm/options/check-options.ts";
import { group, option } from "../../orm/options/option-kinds.ts";
import { STORAGE_OPTIONS, type StorageOptions } from "../open-orm.ts";

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

const MODEL_OPTIONS: OptionsOf<ModelOptions> = { additionalFields: option("an object of fields", isGroup) };

/** The same, as they are checked. */
export const AUTH_JS_SCHEMA_OPTIONS: OptionsOf<AuthJsSchemaOptions> = {
  user: group({ own: MODEL_OPTIONS }),
  session: group({ own: MODEL_OPTIONS }),
  account: group({ own: MODEL_OPTIONS }),
};

/** Options of `DynamoDBAdapter`. */
export interface AuthJsAdapterOptions extends AuthJsSchemaOptions, StorageOptions {}

/** The same, as they are checked. */
export const AUTH_JS_ADAPTER_OPTIONS: OptionsOf<AuthJsAdapterOptions> = {
  ...STORAGE_OPTIONS,
  ...AUTH_JS_SCHEMA_OPTIONS,
};
