import { clientAdvice } from "./client-advice.ts";
import { isGroup, type KnownOptions, type OptionOf } from "./check-options.ts";

/** An option of a kind that has no function of its own. `mustBe`: in words that follow "must be". */
export function option<Value>(mustBe: string, holds: (value: unknown) => boolean): OptionOf<Value> {
  return { mustBe, holds };
}

/** An option that is looked at elsewhere. */
export function unchecked<Value>(): OptionOf<Value> {
  return option("anything", () => true);
}

export function text(): OptionOf<string> {
  return option("a string", (value) => typeof value === "string");
}

export function flag(): OptionOf<boolean> {
  return option("true or false", (value) => typeof value === "boolean");
}

export function positiveNumber(): OptionOf<number> {
  return option("a number above zero", (value) => typeof value === "number" && value > 0);
}

export function wholeNumber(least: number): OptionOf<number> {
  return option(`a whole number from ${least}`, (value) => Number.isSafeInteger(value) && (value as number) >= least);
}

export function oneOf<const Text extends string>(...texts: readonly [Text, ...Text[]]): OptionOf<Text> {
  const quoted = texts.map((one) => `"${one}"`);
  const mustBe = [quoted.slice(0, -1).join(", "), quoted.at(-1)].filter(Boolean).join(" or ");
  return option(mustBe, (value) => (texts as readonly unknown[]).includes(value));
}

export function callback<Value>(): OptionOf<Value> {
  return option("a function", (value) => typeof value === "function");
}

/** An object with a method. */
export function objectWith<Value>(method: string): OptionOf<Value> {
  return option(`an object with the method ${method}`, (value) => hasMethod(value, method));
}

/** An object by model, tag or the like, each value of a kind. */
export function byName<Value>(of: string, holds: (value: unknown) => boolean): OptionOf<Value> {
  return option(
    `an object of ${of}`,
    (value) => isGroup(value) && Object.values(value).every((one) => one === undefined || holds(one)),
  );
}

export function textByName(): OptionOf<Readonly<Record<string, string>>> {
  return byName("strings", (value) => typeof value === "string");
}

/** A list or text that may stand for a list of one. */
export function isTextOrTexts(value: unknown): boolean {
  return [value].flat().every((one) => typeof one === "string");
}

/** A group of options. */
export function group<Value>(known: KnownOptions): OptionOf<Value> {
  return { ...option<Value>("an object of options", isGroup), group: known };
}

/** True, false, or a group of options. */
export function flagOrGroup<Value>(known: KnownOptions): OptionOf<Value> {
  const holds = (value: unknown) => typeof value === "boolean" || isGroup(value);
  return { ...option<Value>("true, false or an object of options", holds), group: known };
}

export function schemaOption<Value>(): OptionOf<Value> {
  return option("a schema, as defineSchema makes it", (value) => isGroup(value) && "models" in value);
}

export function abortSignal(): OptionOf<AbortSignal> {
  return option("an AbortSignal", (value) => isGroup(value) && "aborted" in value);
}

/** A client, as far as it can be told without knowing which. */
export function clientOption<Value>(): OptionOf<Value> {
  const holds = (value: unknown) => hasMethod(value, "send");
  const kind = option<Value>("a DynamoDBClient or a DynamoDBDocumentClient", holds);
  return { ...kind, advise: (value) => clientAdvice(value, holds) };
}

/** The same, where nothing else tells the client. */
export function requiredClient<Value>(): OptionOf<Value> {
  return { ...clientOption<Value>(), required: true };
}

function hasMethod(value: unknown, method: string): boolean {
  return isGroup(value) && typeof (value as Readonly<Record<string, unknown>>)[method] === "function";
}
