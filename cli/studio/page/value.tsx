import { hrefOf } from "./route.ts";
import type { ShownValue } from "./wire.ts";

/** One value: text only, whatever is in it. */
export function Value({ value }: { readonly value: ShownValue }) {
  const { text, hidden, length, refersTo, kind } = value;
  if (text === null) return <span class="none">none</span>;
  if (hidden)
    return (
      <span class="hidden" title="Start the studio with --show-secrets to see it">
        hidden, {length} characters
      </span>
    );
  if (refersTo?.field === "id")
    return (
      <a class="value" href={hrefOf("record", refersTo.model, text)}>
        {text}
      </a>
    );
  if (kind === "datetime") return <time dateTime={text}>{text.replace("T", " ").replace(/\.\d+Z$/, " UTC")}</time>;
  return <span class="value">{text === "" ? '""' : text}</span>;
}
