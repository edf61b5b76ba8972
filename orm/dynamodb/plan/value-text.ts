/** A text that is the same for the same normalized scalar value. */
export function valueText(value: unknown): string {
  if (value instanceof Date) return `date:${value.getTime()}`;
  return `${typeof value}:${String(value)}`;
}
