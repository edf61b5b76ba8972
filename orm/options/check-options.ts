import { invalidOption, type OrmError } from "../errors.ts";

/** What is checked of an option. */
export interface Option {
  /** What it must be, in words that follow "must be". */
  readonly mustBe: string;
  readonly holds: (value: unknown) => boolean;
  /** Where its value is a group of options. */
  readonly group?: KnownOptions;
  /** Whether it must be given: undefined is refused, too. */
  readonly required?: boolean;
  /** A sentence that says what to do about a value that it cannot have. */
  readonly advise?: (value: unknown) => string;
}

/** An option of one type. Those of other types are no substitute, narrower ones included. */
export interface OptionOf<Value> extends Option {
  /** For the compiler only. */
  readonly "~type"?: (value: Value) => Value;
}

/** Every option of a type, so that one that is added to the type, or another value of it, does not compile without. */
export type OptionsOf<Options> = {
  readonly [Name in keyof Options]-?: OptionOf<Exclude<Options[Name], undefined>>;
};

/** The options that a function knows. */
export interface KnownOptions {
  /** Its own: an error lists them. */
  readonly own: Readonly<Record<string, Option>>;
  /** Those of functions that share a configuration with it: let pass, though they do nothing here. */
  readonly shared?: Readonly<Record<string, Option>>;
}

/**
 * Refuses, with `INVALID_OPTION`, options that a function does not know and values that they cannot have: a misspelt
 * one must not leave the default in force. Undefined is as good as left out.
 *
 * @example
 * ```ts
 * checkOptions("auditStorage", options, { own: AUDIT_OPTIONS, shared: SHARED_OPTIONS });
 * ```
 */
export function checkOptions(caller: string, options: unknown, known: KnownOptions): void {
  if (!isGroup(options)) throw invalidOption(`${caller} takes an object of options; it was given ${typeIn(options)}.`);
  checkGroup({ caller, path: "" }, options, known);
}

interface Place {
  readonly caller: string;
  /** Before the names of the group's options: "" or "dynamodb.". */
  readonly path: string;
}

function checkGroup({ caller, path }: Place, options: object, { own, shared = {} }: KnownOptions): void {
  for (const [name, value] of Object.entries(options)) {
    const full = `${path}${name}`;
    const option = find(own, name) ?? find(shared, name);
    if (!option) {
      const names = Object.keys(own).map((one) => `${path}${one}`);
      throw invalidOption(`${caller} has no option "${full}". There are ${names.join(", ")}.`, full);
    }
    if (value === undefined) continue;
    if (!option.holds(value)) throw refused(option, full, caller, value);
    if (option.group && isGroup(value)) checkGroup({ caller, path: `${full}.` }, value, option.group);
  }
  for (const [name, option] of Object.entries(own)) {
    const given = (options as Readonly<Record<string, unknown>>)[name];
    if (option.required && given === undefined) throw refused(option, `${path}${name}`, caller, given);
  }
}

function refused({ mustBe, advise }: Option, name: string, caller: string, value: unknown): OrmError {
  const sentences = [`${name} of ${caller} must be ${mustBe}; it was given ${typeIn(value)}.`, advise?.(value)];
  return invalidOption(sentences.filter(Boolean).join(" "), name);
}

/** An object that is no list. */
export function isGroup(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function find(options: Readonly<Record<string, Option>>, name: string): Option | undefined {
  return Object.hasOwn(options, name) ? options[name] : undefined;
}

/** The type of a value, never the value. */
function typeIn(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  const type = typeof value;
  return `${type === "object" ? "an" : "a"} ${type}`;
}
