import { useEffect, useRef, useState } from "preact/hooks";
import { runJob } from "./call.ts";
import { asError, Problem } from "./load.tsx";
import { counted } from "./words.ts";

export interface Job<Result> {
  readonly state: "idle" | "running" | "stopped" | "done" | "failed";
  readonly done: number;
  readonly total: number | undefined;
  readonly result: Result | undefined;
  readonly error: Error | undefined;
  readonly start: (name: string) => void;
  readonly stop: () => void;
}

/** A long job of the server's, which ends with the page that shows it. */
export function useJob<Result>(): Job<Result> {
  const [job, setJob] = useState<Omit<Job<Result>, "start" | "stop">>({
    ...{ state: "idle", done: 0, total: undefined, result: undefined, error: undefined },
  });
  const running = useRef<AbortController>();
  const stop = () => running.current?.abort();
  useEffect(() => stop, []);
  const start = (name: string) => {
    const own = new AbortController();
    running.current = own;
    setJob({ state: "running", done: 0, total: undefined, result: undefined, error: undefined });
    runJob<Result>(name, own.signal, (line) => setJob((before) => ({ ...before, ...line }))).then(
      () => setJob((before) => ({ ...before, state: "done" })),
      (error: unknown) =>
        setJob((before) =>
          own.signal.aborted ? { ...before, state: "stopped" } : { ...before, state: "failed", error: asError(error) },
        ),
    );
  };
  return { ...job, start, stop };
}

export function JobProgress<Result>({ job }: { readonly job: Job<Result> }) {
  const { state, done, total, error, stop } = job;
  if (state === "idle") return null;
  if (error) return <Problem error={error} />;
  return (
    <p class="progress" role="status">
      {state === "running" && <progress {...(total ? { value: Math.min(done, total), max: total } : {})} />}
      {counted(done, "item")} looked at{state === "stopped" && ": stopped"}
      {state === "done" && ": done"}
      {state === "running" && (
        <button type="button" onClick={stop}>
          Stop
        </button>
      )}
    </p>
  );
}
