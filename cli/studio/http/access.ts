import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** Names of the loopback address, by which a browser may know it. */
const HOSTS = ["127.0.0.1", "localhost"];

/** The part of a request that decides whether it is answered. */
export interface AccessRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Why a request is not answered: an HTTP status, and a word. */
export interface Denied {
  readonly status: number;
  readonly code: "HOST" | "METHOD" | "ORIGIN" | "KEY" | "TYPE";
}

/**
 * What a request must be, whatever it asks for: to this address by its own name, so that no other name was bound to
 * it, and from its own page. Undefined where it is.
 */
export function denied({ method, path, headers }: AccessRequest, port: number): Denied | undefined {
  const { host, origin } = headers;
  if (host === undefined || !HOSTS.some((name) => host === `${name}:${port}`)) return { status: 403, code: "HOST" };
  if (!path.startsWith("/api/")) return method === "GET" ? undefined : { status: 405, code: "METHOD" };
  if (method !== "POST") return { status: 405, code: "METHOD" };
  const site = headers["sec-fetch-site"];
  if (origin !== `http://${host}` || (site !== undefined && site !== "same-origin"))
    return { status: 403, code: "ORIGIN" };
  if (headers["content-type"] !== "application/json") return { status: 415, code: "TYPE" };
  return undefined;
}

/** The tokens of addresses, each good for one opening, and the keys of the pages that were opened with them. */
export class Keys {
  readonly #tokens = new Set<string>();
  readonly #keys = new Set<string>();

  /** A token for an address. */
  token(): string {
    return remembered(this.#tokens);
  }

  /** The key of a page, for the token of its address. Undefined where that is none, or was used. */
  open(token: string): string | undefined {
    const known = find(this.#tokens, token);
    if (known === undefined) return undefined;
    this.#tokens.delete(known);
    return remembered(this.#keys);
  }

  /** Whether a request's `authorization` is the key of a page that was opened. */
  knows(authorization: string | undefined): boolean {
    const [, key] = /^Bearer (\S+)$/.exec(authorization ?? "") ?? [];
    return key !== undefined && find(this.#keys, key) !== undefined;
  }
}

/** A new secret, of which only the hash is kept. */
function remembered(hashes: Set<string>): string {
  const secret = randomBytes(32).toString("base64url");
  hashes.add(hashOf(secret).toString("hex"));
  return secret;
}

function find(hashes: ReadonlySet<string>, secret: string): string | undefined {
  const hash = hashOf(secret);
  return [...hashes].find((known) => timingSafeEqual(Buffer.from(known, "hex"), hash));
}

function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
