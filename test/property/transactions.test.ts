import fc from "fast-check";
import { describe, test } from "vitest";
import { engines } from "../support/engines.ts";
import { GROUPS, manifest } from "./schema.ts";
import { settings, TIMEOUT } from "./settings.ts";
import { storageOn } from "./storage.ts";
import { runSteps, stepsOf } from "./transaction.ts";
import { domainOf } from "./values.ts";

describe.each(engines)("any transactions, on $name", (engine) => {
  const storage = storageOn(engine);
  const steps = domainOf(manifest, GROUPS).chain(stepsOf);

  const likeMemory = (isolation?: "serializable") =>
    fc.assert(
      fc.asyncProperty(steps, (all) => storage.round(() => runSteps(storage.subject("atomic"), all, isolation))),
      settings(60),
    );

  test("do what those of the memory driver do", () => likeMemory(), TIMEOUT);

  // Nobody else writes: what a transaction itself does must not contradict what it has read.
  test("do so serializable as well, and none conflicts", () => likeMemory("serializable"), TIMEOUT);
});
