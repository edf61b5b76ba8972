import { isSecret } from "../output/secrets.ts";

/** A value without the secrets in it. */
export function masked(model: string, field: string, value: unknown): unknown {
  if (value === null || value === undefined || typeof value === "boolean") return value;
  if (isSecret(model, field)) return maskOf(value);
  if (Array.isArray(value)) return value.map((one) => masked(model, field, one));
  if (typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, masked(model, name, one)]));
}

function maskOf(value: unknown): string {
  return typeof value === "string" ? `*** (${value.length} characters)` : "***";
}
