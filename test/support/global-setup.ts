import type { TestProject } from "vitest/node";
import { startConflictingEngine } from "./conflicting-engine.ts";
import { startStrongGlobalEngine } from "./strong-global-engine.ts";
import { startEngines, type EngineInfo } from "./start-engines.ts";

declare module "vitest" {
  export interface ProvidedContext {
    engines: EngineInfo[];
    conflictingEngines: EngineInfo[];
    strongGlobalEngines: EngineInfo[];
  }
}

/**
 * Starts the engines once for the whole run: all that there are, Dynalite alone (`vitest --mode dynalite`), or what
 * answers as a strongly consistent global table alone (`vitest --mode strong-global`).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // The process of the whole run is a client, too: of the engine that it stands before.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const { mode } = project.vite.config;
  const running = await startEngines(mode === "dynalite" ? { only: ["dynalite"] } : {});
  const behind = running.engines.find(({ name }) => name === "dynoxide");
  const conflicting = behind && (await startConflictingEngine(behind.endpoint));
  project.provide(
    "conflictingEngines",
    conflicting ? [{ name: "conflicting", endpoint: conflicting.endpoint, transactions: true }] : [],
  );
  const strong = behind && (await startStrongGlobalEngine(behind.endpoint));
  const strongGlobal: EngineInfo[] = strong
    ? [{ name: "strong-global", endpoint: strong.endpoint, transactions: false }]
    : [];
  project.provide("strongGlobalEngines", strongGlobal);
  project.provide("engines", mode === "strong-global" ? strongGlobal : running.engines);
  return async () => {
    await conflicting?.stop();
    await strong?.stop();
    await running.stop();
  };
}
