import type { Metadata } from "next";
import Link from "next/link";
import { ActionForm } from "@/components/action-form";
import { Field } from "@/components/field";
import { safePath } from "@/lib/safe-path";
import { signIn } from "@/app/sign-in/actions";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignIn({ searchParams }: { searchParams: Promise<{ next?: string }> }) {
  const next = safePath((await searchParams).next);
  return (
    <section className="card narrow">
      <h1>Sign in</h1>
      <ActionForm action={signIn} submit="Sign in">
        <input type="hidden" name="next" value={next} />
        <Field label="E-mail" name="email" type="email" autoComplete="username" />
        <Field label="Password" name="password" type="password" autoComplete="current-password" />
      </ActionForm>
      <p>
        No account yet? <Link href={{ pathname: "/sign-up", query: { next } }}>Sign up</Link>
      </p>
    </section>
  );
}
