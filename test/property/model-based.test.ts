import fc from "fast-check";
import { describe, test } from "vitest";
import { engines } from "../support/engines.ts";
import { sequenceOf } from "./operations.ts";
import { GROUPS, manifest } from "./schema.ts";
import { settings, TIMEOUT } from "./settings.ts";
import { storageOn } from "./storage.ts";
import { runSteps } from "./transaction.ts";
import { domainOf } from "./values.ts";

describe.each(engines)("any sequence of operations, on $name", (engine) => {
  const storage = storageOn(engine);
  const sequences = domainOf(manifest, GROUPS).chain(sequenceOf);

  test(
    "gives what the memory driver gives",
    async () => {
      await fc.assert(
        fc.asyncProperty(sequences, (sequence) => storage.round(() => runSteps(storage.subject("off"), sequence))),
        settings(60),
      );
    },
    TIMEOUT,
  );
});
