import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export type EngineName = "dynalite" | "dynoxide" | "endpoint" | "conflicting" | "strong-global";

/** What a test worker needs to know of a running engine. */
export interface EngineInfo {
  name: EngineName;
  endpoint: string;
  /** Whether the engine knows TransactWriteItems and TransactGetItems. */
  transactions: boolean;
}

export interface RunningEngines {
  engines: EngineInfo[];
  stop(): Promise<void>;
}

/** The Dynoxide binary of this platform, or undefined where the platform has none installed. */
export function dynoxideBinary(): string | undefined {
  try {
    // The engine belongs to a private workspace package: resolve it from there.
    const require = createRequire(new URL("./engines/package.json", import.meta.url));
    const packageJson = require.resolve(`@dynoxide/${process.platform}-${process.arch}/package.json`);
    const binary = join(dirname(packageJson), "dynoxide");
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Starts the engines on ephemeral loopback ports, in a process of their own. `only` starts a choice of them;
 * the engine at DYNAMODB_ENDPOINT joins in where that is set.
 */
export async function startEngines(options: { only?: readonly EngineName[] } = {}): Promise<RunningEngines> {
  const wanted = (name: EngineName) => options.only === undefined || options.only.includes(name);
  const binary = wanted("dynoxide") ? dynoxideBinary() : undefined;
  if (wanted("dynoxide") && binary === undefined) {
    if (process.platform === "linux" && process.arch === "x64") {
      throw new Error("The Dynoxide binary (@dynoxide/linux-x64) is missing: run npm ci without --omit=optional.");
    }
    console.warn(`No Dynoxide binary for ${process.platform}-${process.arch}: tests run without that engine.`);
  }

  const host = fork(fileURLToPath(new URL("./engine-host.mjs", import.meta.url)), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execArgv: [],
  });
  const started = await new Promise<{ dynalite?: string; dynoxide?: string }>((resolve, reject) => {
    host.once("error", reject);
    host.once("exit", (code) => reject(new Error(`The engine host ended with code ${String(code)}.`)));
    host.once("message", (message: { ready?: { dynalite?: string; dynoxide?: string }; failed?: string }) => {
      if (message.ready) resolve(message.ready);
      else reject(new Error(message.failed ?? "The engine host failed."));
    });
    host.send({ dynalite: wanted("dynalite"), dynoxideBinary: binary });
  });

  const engines: EngineInfo[] = [];
  if (started.dynalite) engines.push({ name: "dynalite", endpoint: started.dynalite, transactions: false });
  if (started.dynoxide) engines.push({ name: "dynoxide", endpoint: started.dynoxide, transactions: true });
  const endpoint = process.env["DYNAMODB_ENDPOINT"];
  if (endpoint && wanted("endpoint")) engines.push({ name: "endpoint", endpoint, transactions: true });

  return {
    engines,
    stop: () =>
      new Promise((resolve) => {
        if (host.exitCode !== null || host.signalCode !== null) return resolve();
        host.once("exit", () => resolve());
        host.disconnect();
      }),
  };
}
