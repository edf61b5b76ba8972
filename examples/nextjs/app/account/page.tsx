import type { Metadata } from "next";
import { ActionForm } from "@/components/action-form";
import { Field } from "@/components/field";
import { requireSession } from "@/lib/session";
import { disableTwoFactor } from "@/app/account/actions";
import { EnableTwoFactor } from "@/app/account/enable-two-factor";

export const metadata: Metadata = { title: "Account" };

export default async function Account() {
  const { user } = await requireSession();
  return (
    <>
      <h1>Account</h1>
      <section className="card">
        <p>
          {user.name} <small>{user.email}</small>
        </p>
      </section>
      <section className="card" aria-labelledby="two-factor">
        <h2 id="two-factor">Two-factor</h2>
        {user.twoFactorEnabled ? (
          <>
            <p>On: signing in takes a code of your authenticator app.</p>
            <ActionForm action={disableTwoFactor} submit="Turn off">
              <Field label="Password" name="password" type="password" autoComplete="current-password" />
            </ActionForm>
          </>
        ) : (
          <EnableTwoFactor />
        )}
      </section>
    </>
  );
}
