import { fork, type ChildProcess } from "node:child_process";

/**
 * Runs a TypeScript file as a process of its own, and waits for its first message: then it is ready. It is killed with
 * the test whose `signal` is given, where that is given up.
 */
export function forkScript(file: URL, args: readonly string[] = [], signal?: AbortSignal): Promise<ChildProcess> {
  const child = fork(file, args, {
    signal,
    killSignal: "SIGKILL",
    execArgv: ["--import", "tsx"],
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) =>
      reject(new Error(`${file.pathname} ended with code ${String(code)} before it was ready.`));
    // It stays: the signal is told as an error, too.
    child.on("error", reject);
    child.once("exit", ended);
    child.once("message", () => {
      child.off("exit", ended);
      resolve(child);
    });
  });
}
