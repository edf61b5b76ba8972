"use server";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { auth } from "@/auth";
import { attempt, secret, text, TOO_MANY, withinLimit, type FormState } from "@/lib/form";
import { safePath } from "@/lib/safe-path";

export async function signIn(_: FormState, form: FormData): Promise<FormState> {
  if (!(await withinLimit("sign-in"))) return TOO_MANY;
  const body = { email: text(form, "email"), password: secret(form) };
  const answer = await attempt(async () => auth.api.signInEmail({ body, headers: await headers() }));
  if ("error" in answer) return answer;
  const next = safePath(text(form, "next"));
  // With two-factor there is no session yet, only a short-lived cookie that says whose code is expected.
  if ("twoFactorRedirect" in answer.result) redirect(`/sign-in/two-factor?next=${encodeURIComponent(next)}`);
  redirect(next);
}

export async function verifyCode(_: FormState, form: FormData): Promise<FormState> {
  if (!(await withinLimit("two-factor"))) return TOO_MANY;
  const body = { code: text(form, "code") };
  const answer = await attempt(async () => auth.api.verifyTOTP({ body, headers: await headers() }));
  if ("error" in answer) return answer;
  redirect(safePath(text(form, "next")));
}
