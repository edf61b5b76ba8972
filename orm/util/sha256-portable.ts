import { sha256 as hash } from "@noble/hashes/sha2.js";
import { base64url } from "./bytes.ts";

/** The SHA-256 of a text, without Node's modules. The Web Crypto API would not do: it answers later. */
export function sha256(text: string): Uint8Array {
  return hash(new TextEncoder().encode(text));
}

/** The same as URL-safe base64 without padding. */
export function sha256Text(text: string): string {
  return base64url(sha256(text));
}
