import { createHash } from "node:crypto";

/**
 * The SHA-256 of a text. In the built package, places without Node's modules get `sha256-portable.ts` in its stead:
 * see "imports" in package.json.
 */
export function sha256(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

/** The same as URL-safe base64 without padding. */
export function sha256Text(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
