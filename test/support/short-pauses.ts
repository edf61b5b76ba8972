import { afterAll, beforeAll } from "vitest";
import { betweenLooks } from "../../orm/dynamodb/maintenance/audit/confirm.ts";

/** Lets the audits of a file look again at once: where nobody else writes, the pause is for nobody. */
export function useShortAuditPauses(): void {
  const { pauseMs } = betweenLooks;
  beforeAll(() => {
    betweenLooks.pauseMs = 1;
  });
  afterAll(() => {
    betweenLooks.pauseMs = pauseMs;
  });
}
