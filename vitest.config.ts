import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const src = fileURLToPath(new URL("./src/", import.meta.url));

/**
 * The longest begin first, in this order: at the end one would be alone, and the other core idle. (Where nothing is
 * known of an earlier run, vitest goes by the sizes of files, which tell nothing of these.)
 */
const FIRST = [
  "conformance/better-auth",
  "fault/crash",
  "concurrency/callers",
  "fault/journal",
  "package/packed",
  "fault/every-request",
  "conformance/dynamodb",
  "operations/cli",
  "operations/backfill-load",
  "integration/audit-under-way",
  "operations/cli-place",
  "docs/doc-samples",
].map((name) => `/test/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const at = FIRST.findIndex((name) => moduleId.endsWith(name));
      return at < 0 ? FIRST.length : at;
    };
    return sorted.sort((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  resolve: {
    // Tests, like the examples, may import the package by its own name: they get the sources.
    alias: [
      { find: /^auth-dynamodb$/, replacement: `${src}index.ts` },
      { find: /^auth-dynamodb\/([a-z-]+)$/, replacement: `${src}$1.ts` },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["test/support/fresh-modules.ts", "test/support/journal-limits.ts"],
    // What is set up first is taken down last.
    sequence: { sequencer: LongestFirst, setupFiles: "list" },
    pool: "forks",
    // Files share a process, and none of the modules of this repository (test/support/fresh-modules.ts).
    isolate: false,
    // Auth.js keeps in a module what a configuration had (once WebAuthn, always WebAuthn): it is loaded anew as well.
    server: { deps: { inline: [/@auth\/core/] } },
    // One more than the cores of the gate: a worker is idle for a third of its time, while an engine works.
    maxWorkers: 3,
    // A test's end is the end of its work: its loops are bounded by what they do, and none waits for a moment to come.
    // No test takes more than 20 seconds of a quiet machine, and a busy one may take fifteen times as long. This is
    // for what hangs; a test that is given up sends nothing more (test/support/running-test.ts).
    testTimeout: 300_000,
    hookTimeout: 300_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  },
});
