import type { ComponentProps } from "react";

/** A labelled input. */
export function Field({ label, ...input }: { readonly label: string } & ComponentProps<"input">) {
  return (
    <label className="field">
      {label}
      <input required {...input} />
    </label>
  );
}
