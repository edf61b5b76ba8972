import type { TestProject } from "vitest/node";
import { startEngines, type EngineInfo } from "./start-engines.ts";

declare module "vitest" {
  export interface ProvidedContext {
    engines: EngineInfo[];
  }
}

/** Starts the engines once for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = await startEngines();
  project.provide("engines", running.engines);
  return running.stop;
}
