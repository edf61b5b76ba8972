import type { AttributeValue, Item } from "../layout/attribute-value.ts";
import { freeBefore, LOCK } from "../layout/record-lock.ts";
import type { Guard } from "../layout/item-write.ts";

/** Collects the names and values of one request's expressions. Every name is a placeholder: no word is reserved. */
export class Placeholders {
  readonly #names = new Map<string, string>();
  readonly #values: Item = {};
  #count = 0;

  /** The placeholder of an attribute name. */
  name(attribute: string): string {
    let placeholder = this.#names.get(attribute);
    if (!placeholder) {
      placeholder = `#n${this.#names.size}`;
      this.#names.set(attribute, placeholder);
    }
    return placeholder;
  }

  /** The placeholder of a value. */
  value(value: AttributeValue): string {
    const placeholder = `:v${this.#count++}`;
    this.#values[placeholder] = value;
    return placeholder;
  }

  /** What the request takes: absent where empty, since DynamoDB refuses empty maps. */
  get attributes(): {
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Item;
  } {
    return {
      ...(this.#names.size > 0
        ? { ExpressionAttributeNames: Object.fromEntries([...this.#names].map(([name, placeholder]) => [placeholder, name])) }
        : {}),
      ...(this.#count > 0 ? { ExpressionAttributeValues: this.#values } : {}),
    };
  }
}

/** All of the given expressions. */
export function andExpression(parts: readonly (string | undefined)[]): string | undefined {
  const given = parts.filter((part) => part !== undefined);
  return given.length === 0 ? undefined : given.join(" AND ");
}

/** A guard as a condition expression. */
export function guardExpression(guard: Guard, placeholders: Placeholders): string | undefined {
  const is = (attribute: string, value: AttributeValue) =>
    `${placeholders.name(attribute)} = ${placeholders.value(value)}`;
  switch (guard.type) {
    case "absent":
      return `attribute_not_exists(${placeholders.name("_pk")})`;
    case "version":
      return `${is("_v", { N: String(guard.version) })} AND ${is("_born", { S: guard.born })}`;
    case "ownedOrAbsent":
      return `(attribute_not_exists(${placeholders.name("_pk")}) OR ${is("_born", { S: guard.born })})`;
    case "owned":
      return is("_born", { S: guard.born });
    case "locked":
      return `${is(LOCK.by, { S: guard.by })} AND ${is("_v", { N: String(guard.version) })}`;
    case "seen":
      return `${is("_born", { S: guard.born })} AND ${is("_w", { S: guard.write })}`;
    case "none":
      return undefined;
  }
}

/** That no change of several items is at a record: a condition for what engines without transactions get. */
export function unlockedExpression(now: number, placeholders: Placeholders): string {
  const at = placeholders.name(LOCK.at);
  return `(attribute_not_exists(${at}) OR ${at} < ${placeholders.value({ N: String(freeBefore(now)) })})`;
}

/** An update expression that sets and removes attributes, with further SET clauses. */
export function updateExpression(
  set: Item,
  remove: readonly string[],
  placeholders: Placeholders,
  clauses: readonly string[] = [],
): string {
  const assignments = [
    ...Object.entries(set).map(([attribute, value]) => `${placeholders.name(attribute)} = ${placeholders.value(value)}`),
    ...clauses,
  ];
  const removals = remove.map((attribute) => placeholders.name(attribute));
  return [
    assignments.length > 0 ? `SET ${assignments.join(", ")}` : undefined,
    removals.length > 0 ? `REMOVE ${removals.join(", ")}` : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(" ");
}
