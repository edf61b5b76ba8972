/** Whether a value from outside can be a key at all. No record has any other. */
export function isKeyText(value: unknown): value is string {
  return typeof value === "string" && value.isWellFormed();
}

/** A provider's id of an account. Some profiles hold a number there, though the types ask for text. */
export function providerKey(value: unknown): unknown {
  return typeof value === "number" || typeof value === "bigint" ? String(value) : value;
}
