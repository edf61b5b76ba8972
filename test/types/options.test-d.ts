// Checked by `tsc --noEmit` only: what must not compile carries `@ts-expect-error`.
import { expectTypeOf } from "vitest";
import type { AuthJsAdapterOptions } from "../../adapters/authjs/options.ts";
import type { BetterAuthAdapterOptions } from "../../adapters/better-auth/options.ts";
import type { StorageOptions } from "../../adapters/open-orm.ts";
import type { DynamodbDriverOptions } from "../../orm/dynamodb/driver-options.ts";
import type { ADAPTER_OPTIONS } from "../../orm/options/adapter-options.ts";
import type { OptionsOf } from "../../orm/options/check-options.ts";
import { flag, oneOf, positiveNumber, text } from "../../orm/options/option-kinds.ts";

interface Options {
  readonly name?: string | undefined;
  readonly mode?: "one" | "other" | undefined;
  readonly budget?: number;
}

const checked: OptionsOf<Options> = { name: text(), mode: oneOf("one", "other"), budget: positiveNumber() };
void checked;

// @ts-expect-error an option of the type is not checked
const missing: OptionsOf<Options> = { name: text(), mode: oneOf("one", "other") };
void missing;

const added = { name: text(), mode: oneOf("one", "other"), budget: positiveNumber() } as const;
// @ts-expect-error the type has no such option
const unknown: OptionsOf<Options> = { ...added, other: flag() };
void unknown;

// @ts-expect-error the type has another value
const fewer: OptionsOf<Options> = { ...added, mode: oneOf("one") };
void fewer;

// @ts-expect-error the type does not have that value
const more: OptionsOf<Options> = { ...added, mode: oneOf("one", "other", "third") };
void more;

// @ts-expect-error another kind
const other: OptionsOf<Options> = { ...added, name: flag() };
void other;

/** As the driver's would be, were one added to the type only. */
interface Grown extends DynamodbDriverOptions {
  readonly added?: boolean;
}
declare const driver: OptionsOf<DynamodbDriverOptions>;
// @ts-expect-error not checked
const grown: OptionsOf<Grown> = driver;
void grown;

// What set-up lets pass of an adapter's configuration is all that adapters have of their own.
type AdaptersOwn = Exclude<keyof AuthJsAdapterOptions | keyof BetterAuthAdapterOptions, keyof StorageOptions>;
expectTypeOf<keyof typeof ADAPTER_OPTIONS>().toEqualTypeOf<AdaptersOwn>();
