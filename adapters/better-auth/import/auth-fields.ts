import type { BetterAuthOptions } from "better-auth";
import { getAuthTables } from "better-auth/db";
import type { LibraryField, LibraryFields } from "../../library-fields.ts";

/** E-mails that Better Auth looks up in lower case, as it stores them itself. */
const FOLDED: Readonly<Record<string, readonly string[]>> = { user: ["email"], invitation: ["email"] };

const lowerCase = (value: unknown) => (typeof value === "string" ? value.toLowerCase() : value);

/** The fields of Better Auth's tables by Better Auth's own names. */
export function authFields(options: BetterAuthOptions): LibraryFields {
  const models = Object.entries(getAuthTables(options)).map(([model, { fields }]) => {
    const named = Object.entries(fields).map(([name, { fieldName, transform }]): [string, LibraryField] => [
      name,
      {
        column: fieldName ?? name,
        fold: FOLDED[model]?.includes(name) ? lowerCase : undefined,
        toStored: transform?.input as LibraryField["toStored"],
      },
    ]);
    return [model, { ...Object.fromEntries(named), id: { column: "id" } }] as const;
  });
  return Object.fromEntries(models);
}
