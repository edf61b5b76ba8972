import { checkCapabilities } from "../../check-capabilities.ts";
import type { CapabilityInput } from "../../driver-handle.ts";
import { compileManifest } from "../../schema/compile-manifest.ts";
import type { Manifest } from "../../schema/manifest.ts";
import type { Schema } from "../../schema/model.ts";

export const KIND = "dynamodb";

/** What the driver can do, whatever its options. */
export const CAPABILITIES = {
  numericIds: "manual",
  supportsNumericIds: true,
  supportsJSON: true,
  supportsDates: true,
  supportsBooleans: true,
  supportsSchemaNamespaces: false,
  textComparison: "case-sensitive",
  textMatching: { equality: "case-sensitive", contains: "case-sensitive", ordering: "case-sensitive" },
  upsert: "emulated",
  returning: { create: true, update: true, delete: true },
  returningMode: { create: "record", update: "record", delete: "none" },
} as const satisfies CapabilityInput;

/** The manifest of a schema that tables are for. Throws `INVALID_SCHEMA` where the driver would refuse it. */
export function storableManifest(schema: Schema): Manifest {
  const manifest = compileManifest(schema);
  checkCapabilities(manifest, { kind: KIND, capabilities: CAPABILITIES });
  return manifest;
}
