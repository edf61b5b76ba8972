import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll } from "vitest";
import { ensureBuilt } from "../support/built-package.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const binary = `${root}dist/cli/main.js`;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The result of a command with --json. */
  // Of the shape that each test knows.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  json(): any;
}

/** For the tests of a file: the command line as it is published, with the package that the applications import. */
export function useCommandLine(): void {
  beforeAll(ensureBuilt);
}

/** Starts the built binary. */
export function start(
  args: readonly string[],
  env: Record<string, string | undefined> = {},
  cwd = root,
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [binary, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => (stdout += String(data)));
  child.stderr.on("data", (data: Buffer) => (stderr += String(data)));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr, json: () => JSON.parse(stdout) as unknown }));
  });
  return { child, ended };
}

/** Runs the built binary to its end. */
export function run(args: readonly string[], env: Record<string, string | undefined> = {}, cwd = root): Promise<Ended> {
  return start(args, env, cwd).ended;
}

/** Runs the built binary at a terminal of its own, where `typed` is typed. */
export function onTerminal(
  args: readonly string[],
  typed: string,
  env: Record<string, string | undefined>,
  cwd: string,
  question = "[y/N]",
): Promise<{ readonly code: number | null; readonly output: string }> {
  // In the shell's place: a shell that waits dies of Ctrl-C itself, and hides how the command ended.
  const command = `exec ${[process.execPath, binary, ...args].map((word) => `'${word}'`).join(" ")}`;
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    cwd,
    env: { ...process.env, CI: undefined, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (data: Buffer) => {
    output += String(data);
    // Typed where somebody is asked: a terminal echoes what comes earlier.
    if (typed !== "" && output.includes(question)) child.stdin.end(typed);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
