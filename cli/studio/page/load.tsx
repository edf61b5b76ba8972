import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { CallError } from "./call.ts";

/** What is being fetched, was, or could not be. */
export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: Error | undefined;
  readonly reload: () => void;
}

/** Fetches when what it depends on changes. What comes late, after another question, is left. */
export function useLoaded<T>(fetch: () => Promise<T>, inputs: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<{ key: string; value?: T; error?: Error }>({ key: "" });
  const [turn, setTurn] = useState(0);
  const key = JSON.stringify([inputs, turn]);
  const latest = useRef(key);
  latest.current = key;
  useEffect(() => {
    fetch().then(
      (value) => latest.current === key && setState({ key, value }),
      (error: unknown) => latest.current === key && setState({ key, error: asError(error) }),
    );
  }, [key]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  // While it is fetched again, the same thing stays to be seen.
  const same = JSON.stringify([inputs]) === JSON.stringify([(JSON.parse(state.key || "[]") as unknown[])[0]]);
  return { value: same ? state.value : undefined, error: state.key === key ? state.error : undefined, reload };
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Something that could not be done, with what to do. */
export function Problem({ error, retry }: { readonly error: Error; readonly retry?: (() => void) | undefined }) {
  const code = error instanceof CallError ? error.refusal.code : error.name;
  return (
    <div class="problem" role="alert">
      <p>
        <code>{code}</code> {error.message}
      </p>
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** What was loaded, or that it is being loaded, or why it was not. */
export function Show<T>({
  loaded,
  children,
}: {
  readonly loaded: Loaded<T>;
  readonly children: (value: T) => ComponentChildren;
}) {
  if (loaded.error) return <Problem error={loaded.error} retry={loaded.reload} />;
  if (loaded.value === undefined) return <p class="loading">Loading…</p>;
  return <>{children(loaded.value)}</>;
}
