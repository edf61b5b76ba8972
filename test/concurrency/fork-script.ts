import { fork, type ChildProcess } from "node:child_process";

/** Runs a TypeScript file as a process of its own, and waits for its first message: then it is ready. */
export function forkScript(file: URL): Promise<ChildProcess> {
  const child = fork(file, {
    execArgv: ["--import", "tsx"],
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`${file.pathname} ended with code ${String(code)} before it was ready.`));
    child.once("error", reject);
    child.once("exit", ended);
    child.once("message", () => {
      child.off("error", reject);
      child.off("exit", ended);
      resolve(child);
    });
  });
}
