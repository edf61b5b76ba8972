/**
 * Whether a value is, or holds as JSON, text that no record can hold: half of a surrogate pair. Stored text is
 * well-formed, so nothing equals, contains or begins with such a text.
 */
export function holdsUnstorableText(value: unknown): boolean {
  if (typeof value === "string") return !value.isWellFormed();
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsUnstorableText);
  return Object.entries(value).some(([key, item]) => !key.isWellFormed() || holdsUnstorableText(item));
}
