import "server-only";
import { APIError, getIP } from "better-auth/api";
import { headers } from "next/headers";
import { auth, rateLimit } from "@/auth";

/** What a form shows after its action has come back. */
export interface FormState {
  readonly error?: string;
  readonly done?: string;
}

/** Runs a call of Better Auth. What it refuses is for the user to read; anything else is the application's error. */
export async function attempt<T>(call: () => Promise<T>): Promise<{ result: T } | { error: string }> {
  try {
    return { result: await call() };
  } catch (error) {
    if (error instanceof APIError) return { error: error.message };
    throw error;
  }
}

/**
 * Better Auth limits what comes by `/api/auth`. Server actions call it directly: what may be guessed is limited here,
 * in the table, for all instances together.
 */
export async function withinLimit(action: string): Promise<boolean> {
  const address = getIP(await headers(), auth.options) ?? "unknown";
  const { allowed } = await rateLimit.consume(`${action}:${address}`, { window: 60, max: 20 });
  return allowed;
}

export const TOO_MANY: FormState = { error: "Too many attempts. Try again in a minute." };

export function text(form: FormData, name: string): string {
  return String(form.get(name) ?? "").trim();
}

/** As it was typed: a password may begin or end with a space. */
export function secret(form: FormData, name = "password"): string {
  return String(form.get(name) ?? "");
}
