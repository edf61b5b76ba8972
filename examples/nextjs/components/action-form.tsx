"use client";

import { useActionState, type ReactNode } from "react";
import type { FormState } from "@/lib/form";

interface Props {
  readonly action: (state: FormState, form: FormData) => Promise<FormState>;
  readonly submit: string;
  readonly children?: ReactNode;
}

/** A form with a server action: what the action says, and a button that waits for it. */
export function ActionForm({ action, submit, children }: Props) {
  const [{ error, done }, formAction, pending] = useActionState(action, {});
  return (
    <form action={formAction} className="form">
      {children}
      {error && (
        <p role="alert" className="error">
          {error}
        </p>
      )}
      {done && (
        <p role="status" className="done">
          {done}
        </p>
      )}
      <button type="submit" className="primary" disabled={pending}>
        {submit}
      </button>
    </form>
  );
}
