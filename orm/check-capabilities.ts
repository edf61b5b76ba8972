import type { DriverCapabilities } from "./driver.ts";
import { invalidSchema } from "./errors.ts";
import { knownField } from "./schema/known.ts";
import type { Manifest } from "./schema/manifest.ts";

/** What of a driver's handle decides. */
interface Driver {
  readonly kind: string;
  readonly capabilities: Pick<DriverCapabilities, "numericIds" | "supportsSchemaNamespaces">;
}

// A model "then" would make a promise of the client.
const RESERVED = ["transaction", "batch", "$driver", "then"];

/**
 * Throws `INVALID_SCHEMA` where a schema asks for what a driver cannot do. Whoever makes tables for a schema asks, too:
 * no ORM could use them.
 */
export function checkCapabilities(manifest: Manifest, { kind, capabilities }: Driver): void {
  for (const model of manifest.models.values()) {
    if (RESERVED.includes(model.name)) {
      throw invalidSchema(`A model cannot be called "${model.name}": the client has that name itself.`, model.name);
    }
    const { idType, generated } = knownField(model, "id");
    if (generated === "increment" && capabilities.numericIds !== "generated") {
      throw invalidSchema(
        `"${model.name}.id": the ${kind} driver does not generate integer ids. Use id({ type: "integer" }) with ` +
          "ids that the application assigns, or string ids: id().",
        model.name,
        ["id"],
      );
    }
    if (idType === "integer" && capabilities.numericIds === "none") {
      throw invalidSchema(
        `"${model.name}.id": the ${kind} driver has no integer ids. Use string ids: id().`,
        model.name,
        ["id"],
      );
    }
    if (model.namespace !== undefined && !capabilities.supportsSchemaNamespaces) {
      throw invalidSchema(
        `Table "${model.table}" of "${model.name}" names the schema "${model.namespace}", and the ${kind} driver ` +
          `has no schemas. Use a prefix in the table's name instead: "${model.namespace}_${model.table}".`,
        model.name,
      );
    }
  }
}
