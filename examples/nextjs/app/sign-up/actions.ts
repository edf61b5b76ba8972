"use server";

import { redirect } from "next/navigation";
import { auth } from "@/auth";
import { attempt, secret, text, TOO_MANY, withinLimit, type FormState } from "@/lib/form";
import { safePath } from "@/lib/safe-path";

export async function signUp(_: FormState, form: FormData): Promise<FormState> {
  if (!(await withinLimit("sign-up"))) return TOO_MANY;
  const body = { name: text(form, "name"), email: text(form, "email"), password: secret(form) };
  const answer = await attempt(() => auth.api.signUpEmail({ body }));
  if ("error" in answer) return answer;
  redirect(safePath(text(form, "next")));
}
