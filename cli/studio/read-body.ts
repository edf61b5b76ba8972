import { Refused } from "./refused.ts";

/** What the page sent: nothing of it is known yet. */
export type Body = Readonly<Record<string, unknown>>;

/** A text of the body. */
export function textIn(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== "string") throw wrong(name, "a text");
  return value;
}

/** A text that may be left out. */
export function optionalTextIn(body: Body, name: string): string | undefined {
  return body[name] === undefined ? undefined : textIn(body, name);
}

/** A text, or null for no value. */
export function valueTextIn(body: Body, name: string): string | null {
  return body[name] === null ? null : textIn(body, name);
}

export function textsIn(body: Body, name: string): readonly string[] {
  const value = body[name];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) throw wrong(name, "a list of texts");
  return value;
}

export function numberIn(body: Body, name: string): number {
  const value = body[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw wrong(name, "a whole number");
  return value;
}

export function flagIn(body: Body, name: string): boolean {
  const value = body[name] ?? false;
  if (typeof value !== "boolean") throw wrong(name, "true or false");
  return value;
}

function wrong(name: string, expected: string): Refused {
  return new Refused("BAD_REQUEST", `"${name}" must be ${expected}.`);
}
