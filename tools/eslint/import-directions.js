import { builtinModules } from "node:module";
import path from "node:path";
import { circle } from "./import-graph.js";

/** What the public entry points hand on. */
const PUBLIC = [
  "src",
  "adapters/better-auth",
  "adapters/authjs",
  "adapters",
  "orm/memory",
  "orm/dynamodb",
  "orm/runtime",
  "orm core",
];

/**
 * The directions of imports between the layers. A layer is the first one whose pattern fits a file; it may import the
 * layers and packages that it lists, and node's own modules. A file that fits no layer (tests, examples, bench,
 * configuration) may import anything.
 *
 * @type {{ name: string, files: RegExp, layers: string[], packages: RegExp[] }[]}
 */
const LAYERS = [
  { name: "orm/memory", files: /^orm\/memory\//, layers: ["orm core", "orm/memory"], packages: [] },
  { name: "orm/dynamodb", files: /^orm\/dynamodb\//, layers: ["orm core", "orm/dynamodb"], packages: [/^@aws-sdk\//] },
  { name: "orm/runtime", files: /^orm\/runtime\//, layers: ["orm core", "orm/dynamodb", "orm/runtime"], packages: [] },
  // The contract suite for authors of drivers, which runs on their own vitest.
  { name: "orm/testing", files: /^orm\/testing\//, layers: ["orm core", "orm/testing"], packages: [/^vitest(\/|$)/] },
  // A hash for places without node's: built into the package.
  { name: "orm core", files: /^orm\//, layers: ["orm core"], packages: [/^@noble\/hashes\//] },
  {
    name: "adapters/better-auth",
    files: /^adapters\/better-auth(\/|\.ts$)/,
    layers: ["adapters/better-auth", "adapters", "orm/runtime", "orm/dynamodb", "orm core"],
    packages: [/^better-auth(\/|$)/, /^@better-auth\//],
  },
  {
    name: "adapters/authjs",
    files: /^adapters\/authjs(\/|\.ts$)/,
    layers: ["adapters/authjs", "adapters", "orm/runtime", "orm/dynamodb", "orm core"],
    packages: [/^@auth\/core(\/|$)/],
  },
  // What adapters share.
  {
    name: "adapters",
    files: /^adapters\//,
    layers: ["adapters", "orm/runtime", "orm/dynamodb", "orm core"],
    packages: [],
  },
  // The one entry that hands out tests: the conformance suite, on the application's own vitest.
  {
    name: "src/testing",
    files: /^src\/testing\.ts$/,
    layers: ["test/conformance", "orm/testing", ...PUBLIC],
    packages: [/^vitest(\/|$)/],
  },
  {
    name: "src",
    files: /^src\//,
    layers: PUBLIC,
    packages: [],
  },
  // The studio's page, which runs in the browser: what it says to its server, that imports the types of.
  {
    name: "cli/studio/page",
    files: /^cli\/studio\/page\//,
    layers: ["cli/studio/page"],
    packages: [/^preact(\/|$)/],
  },
  // The command line, above all: nothing imports it.
  {
    name: "cli",
    files: /^cli\//,
    layers: [
      "cli",
      "cli/studio/page",
      "src",
      "adapters/better-auth",
      "adapters/authjs",
      "adapters",
      "orm/dynamodb",
      "orm/runtime",
      "orm core",
    ],
    packages: [
      /^@aws-sdk\//,
      /^(commander|cli-progress|cli-table3|dotenv|es-module-lexer\/js|jiti|picocolors|sucrase)$/,
    ],
  },
];

/**
 * The storeys of the DynamoDB driver, from the lowest to the highest: each may import those below it, and itself. The
 * wing, storage of single values by their keys, stands beside them.
 *
 * @type {{ name: string, files: RegExp, above?: string[] }[]}
 */
export const STOREYS = [
  { name: "layout", files: /^orm\/dynamodb\/layout\// },
  { name: "engine", files: /^orm\/dynamodb\/engine\// },
  { name: "plan", files: /^orm\/dynamodb\/plan\// },
  { name: "context.ts", files: /^orm\/dynamodb\/context\.ts$/ },
  { name: "read", files: /^orm\/dynamodb\/read\// },
  { name: "write", files: /^orm\/dynamodb\/write\// },
  { name: "transaction", files: /^orm\/dynamodb\/transaction\// },
  { name: "connection.ts", files: /^orm\/dynamodb\/(connection|writes)\.ts$/ },
  { name: "driver.ts", files: /^orm\/dynamodb\/(driver|driver-options)\.ts$/ },
  { name: "maintenance", files: /^orm\/dynamodb\/maintenance\// },
  { name: "key-value", files: /^orm\/dynamodb\/key-value\//, above: ["layout", "engine"] },
];

/**
 * Why one file of the driver may not import another: the names of their storeys. Undefined where it may.
 *
 * @param {string} file
 * @param {string} target
 */
function againstStoreys(file, target) {
  const from = STOREYS.findIndex(({ files }) => files.test(file));
  const to = STOREYS.findIndex(({ files }) => files.test(target));
  const [lower, upper] = [STOREYS[to], STOREYS[from]];
  if (!lower || !upper || from === to) return undefined;
  const stands = upper.above ? upper.above.includes(lower.name) : !lower.above && to < from;
  return stands ? undefined : { from: upper.name, to: lower.name };
}

const TEST_CONFORMANCE = /^test\/conformance\//;
const BUILTINS = new Set(builtinModules);

/** @param {string} file a path from the root, with "/" */
function layerOf(file) {
  return LAYERS.find((layer) => layer.files.test(file));
}

/** @type {import("eslint").Rule.RuleModule} */
export const importDirections = {
  meta: {
    type: "problem",
    docs: { description: "Imports between layers and storeys point downwards only, and never in a circle." },
    schema: [
      { type: "object", properties: { root: { type: "string" } }, required: ["root"], additionalProperties: false },
    ],
    messages: {
      layer: '{{from}} may not import {{to}} ("{{specifier}}"): imports point downwards, src → adapters → orm.',
      storey:
        'orm/dynamodb/{{from}} may not import orm/dynamodb/{{to}} ("{{specifier}}"): ' +
        "inside the driver imports point from upper storeys to lower ones, see CONTRIBUTING.md.",
      unknown: "{{file}} is in no storey of the driver: give it one in tools/eslint/import-directions.js.",
      circle: "An import circle, types included: {{way}}.",
      package: '{{from}} may not import the package "{{specifier}}".',
      outside: '{{from}} may not import "{{specifier}}", which is outside of the layers.',
      extension: 'A relative import names its file with the extension .ts: "{{specifier}}".',
      computed: "{{from}} may not import a computed module name.",
    },
  },
  create(context) {
    const root = context.options[0].root;
    const file = path.relative(root, context.filename).split(path.sep).join("/");
    const from = layerOf(file);

    /** @param {import("estree").Node | null | undefined} source */
    function check(source) {
      if (!source) return;
      // import("…") types carry a literal inside of a type node in some versions of the parser.
      const literal = source.type === "TSLiteralType" ? source.literal : source;
      if (literal.type !== "Literal" || typeof literal.value !== "string") {
        if (from) context.report({ node: source, messageId: "computed", data: { from: from.name } });
        return;
      }
      const specifier = literal.value;
      const data = { from: from?.name ?? file, specifier };
      if (specifier.startsWith(".") || path.isAbsolute(specifier)) {
        if (/\.tsx?$/.test(file) && !/\.(ts|tsx|json|mjs|cjs|js|css)$/.test(specifier)) {
          context.report({ node: source, messageId: "extension", data });
        }
        if (!from) return;
        if (!/\.(tsx?|css)$/.test(specifier)) context.report({ node: source, messageId: "extension", data });
        const target = path
          .relative(root, path.resolve(path.dirname(context.filename), specifier))
          .split(path.sep)
          .join("/");
        const to = layerOf(target)?.name ?? (TEST_CONFORMANCE.test(target) ? "test/conformance" : undefined);
        if (to === undefined) context.report({ node: source, messageId: "outside", data });
        else if (!from.layers.includes(to)) context.report({ node: source, messageId: "layer", data: { ...data, to } });
        const against = againstStoreys(file, target);
        if (against) context.report({ node: source, messageId: "storey", data: { ...data, ...against } });
        const way = circle(context.filename, path.resolve(root, target));
        if (way) {
          const names = [context.filename, ...way].map((name) => path.relative(root, name)).join(" → ");
          context.report({ node: source, messageId: "circle", data: { way: names } });
        }
        return;
      }
      if (!from || specifier.startsWith("node:") || BUILTINS.has(specifier)) return;
      if (!from.packages.some((pattern) => pattern.test(specifier)))
        context.report({ node: source, messageId: "package", data });
    }

    return {
      Program: (node) => {
        if (/^orm\/dynamodb\//.test(file) && !STOREYS.some(({ files }) => files.test(file)))
          context.report({ node, messageId: "unknown", data: { file } });
      },
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument),
      TSExternalModuleReference: (node) => check(node.expression),
      "CallExpression[callee.name='require']": (node) => check(node.arguments[0]),
    };
  },
};
