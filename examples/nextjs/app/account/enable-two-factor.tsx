"use client";

import { useActionState } from "react";
import { ActionForm } from "@/components/action-form";
import { CodeField } from "@/components/code-field";
import { Field } from "@/components/field";
import { beginTwoFactor, confirmTwoFactor } from "@/app/account/actions";

/** The password first, then the code to scan, then a code to show that it was scanned. */
export function EnableTwoFactor() {
  const [{ error, uri, picture, backupCodes }, begin, pending] = useActionState(beginTwoFactor, {});
  if (!uri) {
    return (
      <form action={begin} className="form">
        <p>Off. With it, signing in takes a code of an authenticator app, too.</p>
        <Field label="Password" name="password" type="password" autoComplete="current-password" />
        {error && (
          <p role="alert" className="error">
            {error}
          </p>
        )}
        <button type="submit" className="primary" disabled={pending}>
          Turn on
        </button>
      </form>
    );
  }
  return (
    <>
      <p>Scan this with your authenticator app, or open the link on your phone.</p>
      {/* An image, so that nothing in it can run. */}
      <img className="qr" alt="QR code" src={`data:image/svg+xml,${encodeURIComponent(picture ?? "")}`} />
      <a className="uri" href={uri}>
        {uri}
      </a>
      <p>Keep these codes. Each signs you in once, without the app.</p>
      <ul className="codes">
        {backupCodes?.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <ActionForm action={confirmTwoFactor} submit="Confirm">
        <CodeField />
      </ActionForm>
    </>
  );
}
