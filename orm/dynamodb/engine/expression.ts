import type { AttributeValue, Item } from "../layout/attribute-value.ts";
import type { Guard, SameAttributes } from "../layout/item-write.ts";

/** Collects the names and values of one request's expressions. Every name is a placeholder: no word is reserved. */
export class Placeholders {
  readonly #names = new Map<string, string>();
  readonly #attributes: Record<string, string> = {};
  readonly #values: Item = {};
  #count = 0;

  /** The placeholder of an attribute name. */
  name(attribute: string): string {
    let placeholder = this.#names.get(attribute);
    if (!placeholder) {
      placeholder = `#n${this.#names.size}`;
      this.#names.set(attribute, placeholder);
      this.#attributes[placeholder] = attribute;
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
    const names = this.#names.size > 0 ? { ExpressionAttributeNames: this.#attributes } : {};
    return this.#count > 0 ? { ...names, ExpressionAttributeValues: this.#values } : names;
  }
}

/** All of the given expressions. */
export function andExpression(parts: readonly (string | undefined)[]): string | undefined {
  const given = parts.filter((part) => part !== undefined);
  return given.length === 0 ? undefined : given.join(" AND ");
}

/** That no transaction of many requests holds the item. */
export function freeExpression(placeholders: Placeholders): string {
  return `attribute_not_exists(${placeholders.name("_tx")})`;
}

/** That a transaction of many requests holds the item. */
export function heldExpression(placeholders: Placeholders): string {
  return `attribute_exists(${placeholders.name("_tx")})`;
}

/** A guard as a condition expression: where it needs an item, that must not be held by a transaction. */
export function guardExpression(guard: Guard, placeholders: Placeholders): string | undefined {
  const own = ownExpression(guard, placeholders);
  return guard.type === "absent" || own === undefined ? own : `${own} AND ${freeExpression(placeholders)}`;
}

function ownExpression(guard: Guard, placeholders: Placeholders): string | undefined {
  const is = (attribute: string, value: AttributeValue) =>
    `${placeholders.name(attribute)} = ${placeholders.value(value)}`;
  switch (guard.type) {
    case "absent":
      return `attribute_not_exists(${placeholders.name("_pk")})`;
    case "record":
      return andExpression([
        is("_born", { S: guard.born }),
        guard.version === undefined ? undefined : is("_v", { N: String(guard.version) }),
        ...sameExpressions(guard.same, placeholders),
      ]);
    case "present":
      return andExpression([
        `attribute_exists(${placeholders.name("_pk")})`,
        ...sameExpressions(guard.same, placeholders),
      ]);
    case "ownedOrAbsent":
      return `(attribute_not_exists(${placeholders.name("_pk")}) OR ${is("_born", { S: guard.born })})`;
    case "owned":
      return is("_born", { S: guard.born });
    case "seen":
      return `${is("_born", { S: guard.born })} AND ${is("_w", { S: guard.write })}`;
    case "none":
      return undefined;
  }
}

function sameExpressions(same: SameAttributes, placeholders: Placeholders): string[] {
  return Object.entries(same).map(([attribute, value]) => {
    const name = placeholders.name(attribute);
    return value === undefined ? `attribute_not_exists(${name})` : `${name} = ${placeholders.value(value)}`;
  });
}

/** The clause by which a write counts in its record's version. */
export function versionClause(placeholders: Placeholders): string {
  const version = placeholders.name("_v");
  return `${version} = ${version} + ${placeholders.value({ N: "1" })}`;
}

/** Parts of an update expression that are written already. */
export interface UpdateParts {
  readonly clauses?: readonly string[];
  readonly removals?: readonly string[];
}

/** An update expression that sets and removes attributes, with further parts. */
export function updateExpression(
  set: Item,
  remove: readonly string[],
  placeholders: Placeholders,
  { clauses = [], removals = [] }: UpdateParts = {},
): string {
  const assignments = [
    ...Object.entries(set).map(
      ([attribute, value]) => `${placeholders.name(attribute)} = ${placeholders.value(value)}`,
    ),
    ...clauses,
  ];
  const removed = [...remove.map((attribute) => placeholders.name(attribute)), ...removals];
  const parts = [
    assignments.length > 0 ? `SET ${assignments.join(", ")}` : undefined,
    removed.length > 0 ? `REMOVE ${removed.join(", ")}` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(" ");
}
