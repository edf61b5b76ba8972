import type { Removal } from "./page/wire.ts";

/** Codes of what a studio refuses by itself, and the HTTP status of each. */
export const REFUSALS = {
  BAD_REQUEST: 400,
  UNKNOWN_MODEL: 404,
  UNKNOWN_ACTION: 404,
  NOT_FOUND: 404,
  READ_ONLY: 403,
  SECRET: 403,
  /** The record is not what the page showed. */
  CHANGED: 409,
  /** Other records forbid it. */
  FORBIDDEN_BY_OTHERS: 409,
} as const;

/** Something that a studio does not do, with why. */
export class Refused extends Error {
  override readonly name = "Refused";
  constructor(
    readonly code: keyof typeof REFUSALS,
    message: string,
    readonly removal?: Removal,
  ) {
    super(message);
  }
}
