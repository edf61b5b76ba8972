import { invalidQuery } from "../../orm/errors.ts";

/** What an import does one after another. */
export type Step =
  /** Deletes what the source has not. */
  | { readonly kind: "delete"; readonly model?: undefined }
  /** Writes a model's rows. */
  | { readonly kind: "rows"; readonly model: string }
  /** Gives a model's rows their references along a circle. */
  | { readonly kind: "links"; readonly model: string };

/** Where an import goes on: a step, and a position in it. */
export interface ImportPosition {
  readonly kind: Step["kind"];
  readonly model?: string | undefined;
  readonly after?: string | undefined;
}

export function positionToken(position: ImportPosition): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** The step that a token names, by its number, and where in it. Throws `INVALID_QUERY` for any other text. */
export function parsePosition(
  token: string | undefined,
  steps: readonly Step[],
): { readonly first: number; readonly after: string | undefined } {
  if (token === undefined) return { first: 0, after: undefined };
  let position: Partial<ImportPosition> | null = null;
  try {
    position = JSON.parse(Buffer.from(token, "base64url").toString()) as Partial<ImportPosition> | null;
  } catch {
    // Told below.
  }
  const { kind, model, after } = position ?? {};
  const first = steps.findIndex((step) => step.kind === kind && step.model === model);
  if (first >= 0 && (after === undefined || typeof after === "string")) return { first, after };
  throw invalidQuery("resume is no token of an earlier run of this import: begin without it.");
}
