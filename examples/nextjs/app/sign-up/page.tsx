import type { Metadata } from "next";
import Link from "next/link";
import { ActionForm } from "@/components/action-form";
import { Field } from "@/components/field";
import { safePath } from "@/lib/safe-path";
import { signUp } from "@/app/sign-up/actions";

export const metadata: Metadata = { title: "Sign up" };

export default async function SignUp({ searchParams }: { searchParams: Promise<{ next?: string }> }) {
  const next = safePath((await searchParams).next);
  return (
    <section className="card narrow">
      <h1>Sign up</h1>
      <ActionForm action={signUp} submit="Sign up">
        <input type="hidden" name="next" value={next} />
        <Field label="Name" name="name" autoComplete="name" />
        <Field label="E-mail" name="email" type="email" autoComplete="username" />
        <Field label="Password" name="password" type="password" autoComplete="new-password" minLength={8} />
      </ActionForm>
      <p>
        You have an account? <Link href={{ pathname: "/sign-in", query: { next } }}>Sign in</Link>
      </p>
    </section>
  );
}
