import type { ChildProcess } from "node:child_process";
import { forkScript } from "../concurrency/fork-script.ts";
import type { Values } from "./crash-operations.ts";
import type { CrashNote, CrashOrder } from "./crash-worker.ts";

/** An operation that was begun when the process died: it may have happened or not. */
export interface Pending {
  readonly name: string;
  readonly after: Readonly<Record<string, Values | null>>;
}

/** What a process told until it was killed. */
export interface CrashReport {
  /** Operations that were begun. */
  readonly operations: number;
  readonly names: ReadonlySet<string>;
  /** The last that is known of each record. */
  readonly acknowledged: ReadonlyMap<string, Values | null>;
  readonly pending: readonly Pending[];
  readonly errors: readonly string[];
}

/** A process that waits for its order. Starting takes longer than writing: the next one starts meanwhile. */
export function startWorker(signal: AbortSignal): Promise<ChildProcess> {
  const worker = forkScript(new URL("./crash-worker.ts", import.meta.url), [], signal);
  // Whoever awaits it is told; where the test is over, nobody does.
  worker.catch(() => undefined);
  return worker;
}

/** Lets a process write, and kills it at some moment after `operations` of them have begun. */
export async function runUntilKilled(
  child: ChildProcess,
  order: CrashOrder,
  operations: number,
  delay: number,
): Promise<CrashReport> {
  const acknowledged = new Map(order.world);
  const pending = new Map<string, Pending>();
  const names = new Set<string>();
  const errors: string[] = [];
  let begun = 0;
  // What the process has told before it ended may be read after that: until the channel is closed.
  const ended = Promise.all(
    ["exit", "disconnect"].map((event) => new Promise((resolve) => child.once(event, resolve))),
  );
  child.on("message", (note: CrashNote) => {
    if (note.type === "begin") {
      begun += 1;
      names.add(note.name);
      pending.set(note.worker, note);
      if (begun === operations) setTimeout(() => child.kill("SIGKILL"), delay);
    } else if (note.type === "end") {
      const done = pending.get(note.worker)!;
      if (note.error === undefined)
        for (const [key, values] of Object.entries(done.after)) acknowledged.set(key, values);
      else errors.push(`${done.name}: ${note.error}`);
      pending.delete(note.worker);
    }
  });
  child.send(order);
  await ended;
  return { operations: begun, names, acknowledged, pending: [...pending.values()], errors };
}
