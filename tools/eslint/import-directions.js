import { builtinModules } from "node:module";
import path from "node:path";

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
  { name: "orm core", files: /^orm\//, layers: ["orm core"], packages: [] },
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
  { name: "adapters", files: /^adapters\//, layers: ["adapters", "orm/runtime", "orm/dynamodb", "orm core"], packages: [] },
  // The one entry that hands out tests: the conformance suite, on the application's own vitest.
  {
    name: "src/testing",
    files: /^src\/testing\.ts$/,
    layers: ["test/conformance", "orm/testing", "src", "adapters/better-auth", "adapters/authjs", "adapters", "orm/memory", "orm/dynamodb", "orm/runtime", "orm core"],
    packages: [/^vitest(\/|$)/],
  },
  {
    name: "src",
    files: /^src\//,
    layers: ["src", "adapters/better-auth", "adapters/authjs", "adapters", "orm/memory", "orm/dynamodb", "orm/runtime", "orm core"],
    packages: [],
  },
  // The command line, above all: nothing imports it.
  {
    name: "cli",
    files: /^cli\//,
    layers: ["cli", "src", "adapters/better-auth", "adapters/authjs", "adapters", "orm/dynamodb", "orm/runtime", "orm core"],
    packages: [/^@aws-sdk\//, /^commander$/, /^cli-progress$/, /^jiti(\/|$)/],
  },
];

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
    docs: { description: "Imports between the layers point downwards only." },
    schema: [{ type: "object", properties: { root: { type: "string" } }, required: ["root"], additionalProperties: false }],
    messages: {
      layer: "{{from}} may not import {{to}} (\"{{specifier}}\"): imports point downwards, src → adapters → orm.",
      package: "{{from}} may not import the package \"{{specifier}}\".",
      outside: "{{from}} may not import \"{{specifier}}\", which is outside of the layers.",
      extension: "A relative import names its file with the extension .ts: \"{{specifier}}\".",
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
        if (/\.tsx?$/.test(file) && !/\.(ts|tsx|json|mjs|cjs|js)$/.test(specifier)) {
          context.report({ node: source, messageId: "extension", data });
        }
        if (!from) return;
        if (!specifier.endsWith(".ts")) context.report({ node: source, messageId: "extension", data });
        const target = path.relative(root, path.resolve(path.dirname(context.filename), specifier)).split(path.sep).join("/");
        const to = layerOf(target)?.name ?? (TEST_CONFORMANCE.test(target) ? "test/conformance" : undefined);
        if (to === undefined) context.report({ node: source, messageId: "outside", data });
        else if (!from.layers.includes(to)) context.report({ node: source, messageId: "layer", data: { ...data, to } });
        return;
      }
      if (!from || specifier.startsWith("node:") || BUILTINS.has(specifier)) return;
      if (!from.packages.some((pattern) => pattern.test(specifier))) context.report({ node: source, messageId: "package", data });
    }

    return {
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
