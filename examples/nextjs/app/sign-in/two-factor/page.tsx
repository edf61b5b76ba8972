import type { Metadata } from "next";
import { ActionForm } from "@/components/action-form";
import { CodeField } from "@/components/code-field";
import { safePath } from "@/lib/safe-path";
import { verifyCode } from "@/app/sign-in/actions";

export const metadata: Metadata = { title: "Two-factor" };

export default async function TwoFactor({ searchParams }: { searchParams: Promise<{ next?: string }> }) {
  return (
    <section className="card narrow">
      <h1>Two-factor</h1>
      <p>Enter the code that your authenticator app shows now.</p>
      <ActionForm action={verifyCode} submit="Verify">
        <input type="hidden" name="next" value={safePath((await searchParams).next)} />
        <CodeField />
      </ActionForm>
    </section>
  );
}
