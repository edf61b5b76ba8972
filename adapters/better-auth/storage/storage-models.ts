import type { BetterAuthOptions } from "better-auth";
import type { Model } from "../../../orm/schema/model.ts";
import { descriptionOf } from "../../description.ts";

/** The models of the storages of this package that a configuration uses. */
export function storageModels(options: BetterAuthOptions): Readonly<Record<string, Model>> {
  const storages = [options.secondaryStorage, options.rateLimit?.customStorage];
  return Object.assign({}, ...storages.map((storage) => descriptionOf(storage)?.schema({}).models ?? {})) as Readonly<
    Record<string, Model>
  >;
}
