import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installPacked } from "../support/packed-package.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const NEXT = `${ROOT}node_modules/next/dist/bin/next`;
const STARTS = 3;

/** The environment of an application, and nothing of this test's. */
function environment(given: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    // It would ask the registry what a lockfile lacks, and write it.
    NEXT_IGNORE_INCORRECT_LOCKFILE: "1",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    ...given,
  };
}

export interface RunningNext {
  readonly address: string;
  /** What it has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** The example, copied out of its place, with the packed package beside it. */
export class NextApp {
  /**
   * Inside of the repository, whose node_modules it falls back on: Turbopack reads nothing outside of the folder with
   * the lockfile, and takes what is below a node_modules for code that is built already.
   */
  #folder = "";
  readonly #running = new Set<ChildProcess>();

  async build(): Promise<void> {
    this.#folder = mkdtempSync(`${ROOT}test/examples/.nextjs-`);
    cpSync(`${ROOT}examples/nextjs`, this.#folder, {
      recursive: true,
      filter: (path) => !/\/(node_modules|\.next)$/.test(path),
    });
    await installPacked(this.#folder, []);
    await this.#run(NEXT, ["build"], { BETTER_AUTH_SECRET: "a secret for the build, which signs nothing" });
  }

  /** The command that the example's scripts call. */
  push(env: NodeJS.ProcessEnv): Promise<string> {
    return this.#run(`${this.#folder}/node_modules/auth-dynamodb/dist/cli/main.js`, ["push", "--yes"], env);
  }

  /** Starts it on a free port. Where another process takes that in between, it ends: then on the next one. */
  async start(env: (address: string) => NodeJS.ProcessEnv = () => ({})): Promise<RunningNext> {
    let output = "";
    for (let start = 0; start < STARTS; start++) {
      const port = await freePort();
      const address = `http://localhost:${port}`;
      const child = spawn(process.execPath, [NEXT, "start", "--port", String(port)], {
        cwd: this.#folder,
        env: environment(env(address)),
        stdio: ["ignore", "pipe", "pipe"],
      });
      this.#running.add(child);
      const collect = (chunk: Buffer) => (output += chunk.toString());
      child.stdout.on("data", collect);
      child.stderr.on("data", collect);
      if (await answers(child, address)) return { address, output: () => output, stop: () => this.#end(child) };
    }
    throw new Error(`Next.js did not start: ${output}`);
  }

  async remove(): Promise<void> {
    await Promise.all([...this.#running].map((child) => this.#end(child)));
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(child: ChildProcess): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    }
    this.#running.delete(child);
  }

  async #run(script: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
    const run = promisify(execFile)(process.execPath, [script, ...args], {
      cwd: this.#folder,
      env: environment(env),
      maxBuffer: 1e8,
    });
    this.#running.add(run.child);
    try {
      return (await run).stdout;
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      throw new Error(`${script} ${args.join(" ")} failed: ${stdout}${stderr}`, { cause: error });
    } finally {
      this.#running.delete(run.child);
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0);
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Whether a server answers before its process ends. */
async function answers(child: ChildProcess, address: string): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    try {
      return (await fetch(`${address}/api/auth/ok`)).ok;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return false;
}
