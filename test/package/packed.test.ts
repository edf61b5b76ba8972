import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installPacked } from "../support/packed-package.ts";
import { dynoxideBinary, startEngines, type RunningEngines } from "../support/start-engines.ts";
import { DOCUMENTS, readSamples, type Sample } from "../docs/samples.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BUILD_MS = 600_000;

/** What an application installs beside the package. */
const PEERS = [
  "@aws-sdk/client-dynamodb",
  "@aws-sdk/lib-dynamodb",
  "@auth/core",
  "@types/node",
  "better-auth",
  "typescript",
  // What an application moves in from.
  "better-sqlite3",
  "@types/better-sqlite3",
];

let project: string;

beforeAll(async () => {
  project = mkdtempSync(`${tmpdir()}/packed-`);
  await installPacked(project, PEERS);
}, BUILD_MS);

afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

/** What another package's declarations are at, or lack. */
const THEIRS = /node_modules\/(?!auth-dynamodb)/;

/**
 * Compiles a project as `tsc -p` does, and tells its errors. Declarations of other packages are theirs to mend: they
 * are not even checked, which would be most of the work.
 */
function compile(folder: string): string[] {
  const file = `${folder}/tsconfig.json`;
  const { config } = ts.readConfigFile(file, (path) => ts.sys.readFile(path));
  const { options, fileNames, errors } = ts.parseJsonConfigFileContent(config, ts.sys, folder, undefined, file);
  const program = ts.createProgram({ rootNames: fileNames, options });
  const sources = program.getSourceFiles().filter(({ fileName }) => !THEIRS.test(fileName));
  expect(sources.some(({ fileName }) => fileName.includes("node_modules/auth-dynamodb/dist/"))).toBe(true);
  const found = [
    ...errors,
    ...program.getOptionsDiagnostics(),
    ...sources.flatMap((source) => [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ]),
    ...program.getGlobalDiagnostics(),
    ...program.emit().diagnostics,
  ];
  const host = {
    getCanonicalFileName: (name: string) => name,
    getCurrentDirectory: () => ROOT,
    getNewLine: () => "\n",
  };
  return ts
    .formatDiagnostics(found, host)
    .split("\n")
    .filter((line) => line.includes("error TS") && !THEIRS.test(line));
}

/** CommonJS has no await at the top of a module: what a sample does goes into a function. */
function asCommonJs({ code, file, prints }: Sample): Sample {
  if (!/\bawait /.test(code)) return { file, code, prints };
  const imports = [...code.matchAll(/^import [^;]*;$/gm)].map(([text]) => text);
  const body = imports
    .reduce((rest, text) => rest.replace(text, ""), code)
    .replace(/^export (?=const |(?:async )?function )/gm, "");
  return { file, prints, code: `${imports.join("\n")}\nvoid (async () => {\n${body}\n})();\n` };
}

/** The samples of a page, in a folder of their own: they import one another. The README's are some of these. */
const PAGES = DOCUMENTS.slice(1)
  .map((document) => ({
    page: document.replace(/^docs\/|\.md$/g, ""),
    samples: readSamples(`${ROOT}${document}`),
  }))
  .filter(({ samples }) => samples.length > 0);

function inFolders(change: (sample: Sample) => Sample = (sample) => sample): Sample[] {
  return PAGES.flatMap(({ page, samples }) =>
    samples.map(change).map((sample) => ({ ...sample, file: `${page}/${sample.file}` })),
  );
}

describe.each([
  { kind: "ESM", type: "module", samples: inFolders() },
  { kind: "CommonJS", type: "commonjs", samples: inFolders(asCommonJs) },
])("the packed package in an empty $kind project", ({ kind, type, samples }) => {
  const folder = () => `${project}/${kind}`;
  /** An engine of its own: the samples use the tables' default names, and tell what they find there. */
  let engine: RunningEngines;

  afterAll(() => engine.stop());
  beforeAll(async () => {
    engine = await startEngines({ only: [dynoxideBinary() ? "dynoxide" : "dynalite"] });
    mkdirSync(folder());
    writeFileSync(`${folder()}/package.json`, JSON.stringify({ name: "application", private: true, type }));
    writeFileSync(
      `${folder()}/tsconfig.json`,
      JSON.stringify({
        compilerOptions: {
          module: "NodeNext",
          target: "ES2022",
          strict: true,
          skipLibCheck: false,
          types: ["node"],
          outDir: "out",
          rootDir: ".",
        },
        include: ["**/*.ts"],
      }),
    );
    for (const { page } of PAGES) mkdirSync(`${folder()}/${page}`);
    for (const { file, code } of samples) writeFileSync(`${folder()}/${file}`, code);
  });

  it("type-checks the samples of every page, declarations of libraries included", () => {
    expect(compile(folder())).toEqual([]);
    writeFileSync(`${folder()}/out/package.json`, JSON.stringify({ type }));
  });

  it.each(samples.map(({ file, prints }) => ({ file, prints })))("runs $file", ({ file, prints }) => {
    const output = execFileSync("node", [`${folder()}/out/${file.replace(/\.ts$/, ".js")}`], {
      encoding: "utf8",
      env: {
        ...process.env,
        AWS_ENDPOINT_URL_DYNAMODB: engine.engines[0]!.endpoint,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
        BETTER_AUTH_SECRET: "a secret for tests that is long enough",
        BETTER_AUTH_URL: "http://localhost:3000",
        OLD_DATABASE: `${folder()}/old.db`,
        NODE_NO_WARNINGS: "1",
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      },
    });
    expect(output.trimEnd().split("\n")).toEqual(prints.length > 0 ? prints : [""]);
  });
});

describe("the packed package", () => {
  it("brings no dependency, and of the sources only what was built", () => {
    const root = `${project}/node_modules/auth-dynamodb`;
    const { dependencies, optionalDependencies, scripts } = JSON.parse(
      readFileSync(`${root}/package.json`, "utf8"),
    ) as Record<string, object | undefined>;
    expect(dependencies ?? {}).toEqual({});
    expect(optionalDependencies ?? {}).toEqual({});
    expect(Object.keys(scripts ?? {})).not.toContain("postinstall");
    const files = readdirSync(root).sort();
    expect(files).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "dist", "docs", "package.json"]);
    expect(
      readdirSync(`${root}/dist`, { recursive: true, encoding: "utf8" }).filter((name) => /\.map$/.test(name)),
    ).toEqual([]);
  });

  it("leads to what it names: pages of its own, its repository, and licences of all that is built in", () => {
    const root = `${project}/node_modules/auth-dynamodb`;
    const docs = readdirSync(`${root}/docs`).filter((file) => file.endsWith(".md"));
    for (const page of ["README.md", "SECURITY.md", "CHANGELOG.md", ...docs.map((file) => `docs/${file}`)]) {
      const links = [...readFileSync(`${root}/${page}`, "utf8").matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)];
      for (const [, link = ""] of links)
        expect(existsSync(new URL(link, `file://${root}/${page}`)), `${page} → ${link}`).toBe(true);
    }
    const { repository, homepage, bugs, peerDependenciesMeta } = JSON.parse(
      readFileSync(`${root}/package.json`, "utf8"),
    ) as Record<string, unknown>;
    expect(
      JSON.stringify([repository, homepage, bugs]).match(/github\.com\/auth-dynamodb\/auth-dynamodb/g),
    ).toHaveLength(3);
    expect(peerDependenciesMeta).toMatchObject({ "@aws-sdk/lib-dynamodb": { optional: true } });
    const licences = readFileSync(`${root}/dist/cli/THIRD-PARTY-LICENSES.txt`, "utf8");
    for (const name of [
      "commander",
      "cli-progress",
      "cli-table3",
      "dotenv",
      "es-module-lexer",
      "jiti",
      "picocolors",
      "sucrase",
    ])
      expect(licences).toMatch(new RegExp(`^${name} \\d`, "m"));
    expect(readFileSync(`${root}/dist/cli/studio/THIRD-PARTY-LICENSES.txt`, "utf8")).toMatch(/^preact \d/);
    // What a package brings inside of its own files, by the names that a bundler has left there.
    const loader = readFileSync(`${ROOT}node_modules/jiti/dist/jiti.cjs`, "utf8");
    for (const [, inside] of loader.matchAll(/\.pnpm\/([a-z-]+)@/g))
      expect(licences).toMatch(new RegExp(`^${inside} inside of jiti \\(`, "m"));
    // The hash for places without Node's own is built into the library.
    expect(readFileSync(`${root}/dist/THIRD-PARTY-LICENSES.txt`, "utf8")).toMatch(/^@noble\/hashes \d.*\(MIT\)$/m);
  });

  it.each([
    { moduleResolution: "node10", module: "CommonJS" },
    { moduleResolution: "node16", module: "Node16" },
    { moduleResolution: "bundler", module: "ESNext" },
  ])(
    "has declarations for a CommonJS project with $moduleResolution, without lib-dynamodb",
    (settings) => {
      const folder = mkdtempSync(`${project}/declarations-`);
      mkdirSync(`${folder}/node_modules/@aws-sdk`, { recursive: true });
      symlinkSync(`${project}/node_modules/auth-dynamodb`, `${folder}/node_modules/auth-dynamodb`);
      writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, type: "commonjs" }));
      writeFileSync(
        `${folder}/app.ts`,
        `import { createOrm } from "auth-dynamodb";
import { DynamoDBAdapter } from "auth-dynamodb/authjs";
import { dynamodbAdapter } from "auth-dynamodb/better-auth";
import { pushSchema } from "auth-dynamodb/setup";
// @ts-expect-error A number is no client: the types are there.
dynamodbAdapter({ client: 1 });
export const all = [createOrm, DynamoDBAdapter, dynamodbAdapter, pushSchema];
`,
      );
      const compilerOptions = {
        ...settings,
        strict: true,
        noEmit: true,
        target: "ES2022",
        types: [],
        ignoreDeprecations: "5.0",
      };
      writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, include: ["app.ts"] }));
      // Better Auth itself has no declarations for node10.
      expect(compile(folder)).toEqual([]);
    },
    120_000,
  );

  it("bundles neither SDK nor auth library", () => {
    const root = `${project}/node_modules/auth-dynamodb/dist`;
    for (const file of readdirSync(root).filter((name) => /\.(js|cjs)$/.test(name) && !name.startsWith("cli"))) {
      expect(readFileSync(`${root}/${file}`, "utf8")).not.toMatch(
        /node_modules\/(@aws-sdk|@smithy|better-auth|@better-auth|@auth)\//,
      );
    }
  });

  it.each([
    [
      "ESM",
      [
        "--input-type=module",
        "-e",
        `import * as all from "auth-dynamodb";
         import * as ba from "auth-dynamodb/better-auth";
         import * as aj from "auth-dynamodb/authjs";
         import "auth-dynamodb/runtime";
         import "auth-dynamodb/setup";
         import "auth-dynamodb/memory";
         import "auth-dynamodb/storage";
         console.log(typeof all.createOrm, typeof ba.dynamodbAdapter, typeof aj.DynamoDBAdapter)`,
      ],
    ],
    [
      "CommonJS",
      [
        "-e",
        `const all = require("auth-dynamodb");
         const ba = require("auth-dynamodb/better-auth");
         const aj = require("auth-dynamodb/authjs");
         require("auth-dynamodb/runtime");
         require("auth-dynamodb/setup");
         require("auth-dynamodb/memory");
         require("auth-dynamodb/storage");
         console.log(typeof all.createOrm, typeof ba.dynamodbAdapter, typeof aj.DynamoDBAdapter)`,
      ],
    ],
  ])("loads as %s", (_, args) => {
    expect(
      execFileSync("node", args, { cwd: project, encoding: "utf8", env: { ...process.env, NODE_NO_WARNINGS: "1" } }),
    ).toBe("function function function\n");
  });
});
