import { useEffect, useState } from "preact/hooks";

/** Where in the studio one is: the parts of the address behind its `#/`. */
export function useRoute(): readonly string[] {
  const [parts, setParts] = useState(partsOf);
  useEffect(() => {
    const follow = () => setParts(partsOf());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return parts;
}

function partsOf(): string[] {
  return location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decoded);
}

/** A `%` that somebody typed is no escape. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a place in the studio. */
export function hrefOf(...parts: readonly string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function go(...parts: readonly string[]): void {
  location.hash = hrefOf(...parts);
}

const KEPT = "auth-dynamodb studio text ";

/**
 * Stands for a text in an address: what is looked for may be a token, and a browser keeps its history, here and on
 * other machines. The text itself stays with the tab.
 */
export function keep(text: string): string {
  const name = `~${sessionStorage.length}`;
  sessionStorage.setItem(`${KEPT}${name}`, text);
  return name;
}

/** The text that stands in an address, or that something stands for there. */
export function kept(name: string): string {
  return sessionStorage.getItem(`${KEPT}${name}`) ?? name;
}
