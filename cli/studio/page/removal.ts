/** Records to be removed: those with one value of a field. */
export interface Which {
  readonly model: string;
  readonly field: string;
  readonly value: string;
}

/** What a removal is called, by the model. */
const VERBS: Readonly<Record<string, string>> = { session: "Revoke session", account: "Unlink account" };

export function removalName(model: string): string {
  return VERBS[model] ?? `Delete ${model}`;
}

/** A removal that waits for its confirmation. */
export interface Asked {
  readonly title: string;
  readonly which: Which;
  /** Where to go when it is done; undefined to stay. */
  readonly leave?: () => void;
}
