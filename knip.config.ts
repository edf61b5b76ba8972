import type { KnipConfig } from "knip";

const config: KnipConfig = {
  // The entries of the package are found by package.json and tsup.config.ts.
  entry: [
    "src/*.ts",
    // Run by hand, as CONTRIBUTING.md says.
    "bench/*.ts",
    "tools/screenshots/*.ts",
    // Type tests: the compiler reads them.
    "test/**/*.test-d.ts",
    "docs/.vitepress/config.ts",
    // Configurations that the tests of the command line load by their paths.
    "test/operations/apps/*.ts",
    // Copied to where the packed package is installed.
    "test/package/smoke/application/*",
    // Loaded by their own tools, once copied out: the CDK, SST, the bundler, this package's command.
    "examples/hono-lambda/*.ts",
    "examples/hono-lambda/src/lambda.ts",
    "examples/hono-lambda/infra/app.ts",
    "examples/sst/*.ts",
    "examples/sst/src/lambda.ts",
    // Served to the browser as it is.
    "examples/better-auth/page/page.js",
    // Next.js finds these by their names.
    "examples/nextjs/{auth,instrumentation,next.config}.ts",
    "examples/nextjs/app/**/{layout,not-found,page,route}.{ts,tsx}",
  ],
  paths: { "@/*": ["./examples/nextjs/*"] },
  // The types that the linter brings along; what Better Auth's own suites import without declaring it; and a name that
  // Next.js itself knows.
  ignoreDependencies: ["@better-auth/memory-adapter", "estree", "server-only"],
  // Part of every Linux and macOS: gives a command a terminal.
  ignoreBinaries: ["script"],
  // Takes the place of sha256.ts where there is no Node: see tools/build.
  ignoreIssues: { "orm/util/sha256-portable.ts": ["exports"] },
  // The type of a value that is handed out is exported with it, for whoever names it.
  ignoreExportsUsedInFile: { interface: true, type: true },
};

export default config;
