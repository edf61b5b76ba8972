import { afterEach } from "vitest";
import { startServer, type RunningStudio } from "../../cli/studio/http/server.ts";
import type { Studio } from "../../cli/studio/studio.ts";
import { pageAssets } from "./page-assets.ts";

/** Starts studios, and stops those that a test has left running. */
export function useStudios(): (studio: Studio) => Promise<RunningStudio> {
  const running = new Set<RunningStudio>();
  afterEach(async () => {
    await Promise.all([...running].map((one) => one.stop()));
    running.clear();
  });
  return async (studio) => {
    const one = await startServer({ studio, assets: await pageAssets(), port: 0 });
    running.add(one);
    return one;
  };
}
