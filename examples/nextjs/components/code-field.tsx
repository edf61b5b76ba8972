import { Field } from "@/components/field";

/** For the six digits of an authenticator app. */
export function CodeField() {
  return <Field label="Code" name="code" inputMode="numeric" autoComplete="one-time-code" pattern="\d{6}" />;
}
