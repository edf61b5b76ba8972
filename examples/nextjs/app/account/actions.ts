"use server";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { renderSVG } from "uqr";
import { auth } from "@/auth";
import { attempt, secret, text, TOO_MANY, withinLimit, type FormState } from "@/lib/form";

/** What an authenticator app is to scan, and codes for the day when the phone is lost. Shown once. */
export interface Enrolment extends FormState {
  readonly uri?: string;
  readonly picture?: string;
  readonly backupCodes?: readonly string[];
}

export async function beginTwoFactor(_: Enrolment, form: FormData): Promise<Enrolment> {
  if (!(await withinLimit("password"))) return TOO_MANY;
  const answer = await attempt(async () =>
    auth.api.enableTwoFactor({ body: { password: secret(form), method: "totp" }, headers: await headers() }),
  );
  if ("error" in answer) return answer;
  const { result } = answer;
  if (result.method !== "totp") return { error: "An authenticator app was asked for." };
  return { uri: result.totpURI, picture: renderSVG(result.totpURI, { border: 4 }), backupCodes: result.backupCodes };
}

/** Two-factor is on from the first code that fits: whoever has scanned nothing is not locked out. */
export async function confirmTwoFactor(_: FormState, form: FormData): Promise<FormState> {
  if (!(await withinLimit("two-factor"))) return TOO_MANY;
  const answer = await attempt(async () =>
    auth.api.verifyTOTP({ body: { code: text(form, "code") }, headers: await headers() }),
  );
  if ("error" in answer) return answer;
  redirect("/account");
}

export async function disableTwoFactor(_: FormState, form: FormData): Promise<FormState> {
  if (!(await withinLimit("password"))) return TOO_MANY;
  const answer = await attempt(async () =>
    auth.api.disableTwoFactor({ body: { password: secret(form) }, headers: await headers() }),
  );
  if ("error" in answer) return answer;
  redirect("/account");
}
