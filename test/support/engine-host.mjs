// Runs the test engines outside of the test workers: a process of its own, forked with an IPC channel,
// which ends its engines and itself when the parent goes away, however it goes away.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { createRequire } from "node:module";

const HOST = "127.0.0.1";
const require = createRequire(import.meta.url);

/** @type {import("node:child_process").ChildProcess | undefined} */
let dynoxide;
let ending = false;

function end(code = 0) {
  ending = true;
  dynoxide?.kill("SIGKILL");
  process.exit(code);
}

process.on("disconnect", () => end());
process.on("SIGTERM", () => end());
process.on("SIGINT", () => {}); // Ctrl-C goes to the whole group: wait for the parent to end us.

async function startDynalite() {
  const server = require("dynalite")({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, HOST, resolve);
  });
  return `http://${HOST}:${server.address().port}`;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, HOST, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function healthy(endpoint) {
  try {
    const response = await fetch(endpoint, { signal: AbortSignal.timeout(1_000) });
    return response.ok && (await response.text()).startsWith("healthy");
  } catch {
    return false;
  }
}

async function startDynoxide(binary) {
  let output = "";
  for (let attempt = 1; attempt <= 3; attempt++) {
    const port = await freePort();
    const child = spawn(binary, ["serve", "--host", HOST, "--port", String(port)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let exited = false;
    const collect = (chunk) => (output = (output + String(chunk)).slice(-4_000));
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("error", (error) => {
      exited = true;
      collect(error.message);
    });
    child.once("exit", () => (exited = true));
    dynoxide = child;
    const endpoint = `http://${HOST}:${port}`;
    // Where another process took the port in between, it exits: the bound is for one that hangs.
    const deadline = Date.now() + 60_000;
    while (!exited && Date.now() < deadline) {
      if (await healthy(endpoint)) {
        child.once("exit", (code, signal) => {
          if (ending) return;
          console.error(`Dynoxide ended by itself (code ${code}, signal ${signal}): ${output}`);
          end(1);
        });
        return endpoint;
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    child.kill("SIGKILL");
  }
  throw new Error(`Dynoxide did not start: ${output}`);
}

process.once("message", async ({ dynalite, dynoxideBinary }) => {
  try {
    const [dynaliteEndpoint, dynoxideEndpoint] = await Promise.all([
      dynalite ? startDynalite() : undefined,
      dynoxideBinary ? startDynoxide(dynoxideBinary) : undefined,
    ]);
    process.send({ ready: { dynalite: dynaliteEndpoint, dynoxide: dynoxideEndpoint } });
  } catch (error) {
    process.send({ failed: error instanceof Error ? error.message : String(error) }, () => end(1));
  }
});
