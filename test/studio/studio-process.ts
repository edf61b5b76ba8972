import type { ChildProcess } from "node:child_process";
import { afterEach } from "vitest";
import { start, type Ended } from "../operations/cli.ts";

/** A studio that runs as a command. */
export interface StudioProcess {
  /** The next address that it tells: each opens one page. */
  address(): Promise<string>;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<Ended>;
}

/** Starts the command, and ends what a test has left running. */
export function useProcesses(): (env: Record<string, string>, ...flags: string[]) => StudioProcess {
  const children = new Set<ChildProcess>();
  afterEach(() => {
    for (const child of children) child.kill("SIGKILL");
    children.clear();
  });
  return (env, ...flags) => {
    const { child, ended } = start(["studio", "--config", "test/operations/apps/studio.ts", ...flags], env);
    children.add(child);
    const told: string[] = [];
    const waiting: ((address: string) => void)[] = [];
    child.stdout?.on("data", (data: Buffer) => {
      for (const [address] of String(data).matchAll(/http:\/\/127\.0\.0\.1:\d+\/#token=\S+/g)) {
        const next = waiting.shift();
        if (next) next(address);
        else told.push(address);
      }
    });
    return {
      address: () => {
        const known = told.shift();
        if (known !== undefined) return Promise.resolve(known);
        const early = ended.then(({ code, stderr }) =>
          Promise.reject<string>(new Error(`Ended with ${code}: ${stderr}`)),
        );
        return Promise.race([new Promise<string>((resolve) => waiting.push(resolve)), early]);
      },
      stop: () => {
        child.kill("SIGINT");
        return ended;
      },
    };
  };
}
