import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/auth-dynamodb-scripts", import.meta.url));
const bundles = new Map<string, Promise<string>>();

/**
 * Runs a TypeScript file as a process of its own, and waits for its first message: then it is ready. It is killed with
 * the test whose `signal` is given, where that is given up.
 */
export async function forkScript(file: URL, args: readonly string[] = [], signal?: AbortSignal): Promise<ChildProcess> {
  const script = await bundleOf(fileURLToPath(file));
  signal?.throwIfAborted();
  const child = fork(script, args, {
    signal,
    killSignal: "SIGKILL",
    execArgv: [],
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

/**
 * The script and what it imports from this repository in one file of JavaScript: a process starts in a third of the
 * time that it takes where it translates each file itself, and some tests start dozens.
 */
function bundleOf(file: string): Promise<string> {
  let bundle = bundles.get(file);
  if (!bundle) {
    bundle = bundleScript(file);
    bundles.set(file, bundle);
  }
  return bundle;
}

async function bundleScript(file: string): Promise<string> {
  const name = file.replace(/^.*\/|\.ts$/g, "");
  // Of this process only: another may write the same script meanwhile.
  const outfile = `${CACHE}/${name}-${process.pid}.mjs`;
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    // The package says that its modules have no side effects. Its tests' have.
    ignoreAnnotations: true,
    logLevel: "error",
  });
  return outfile;
}
