import type { Option } from "./check-options.ts";
import { unchecked } from "./option-kinds.ts";

const NAMES = [
  ...["usePlural", "indexes", "clusterBy", "expiry", "debugLogs", "transaction"],
  ...["user", "session", "account"],
] as const;

/** The options that only adapters have: whoever spreads an adapter's configuration into set-up brings them along. */
export const ADAPTER_OPTIONS = Object.fromEntries(NAMES.map((name) => [name, unchecked()])) as Readonly<
  Record<(typeof NAMES)[number], Option>
>;

const { transaction: _transaction, ...others } = ADAPTER_OPTIONS;

/** The same for the driver, whose own `transactions` must not be taken for the adapter's `transaction`. */
export const ADAPTER_OPTIONS_BESIDE_DRIVER = others;
