import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
import { importDirections } from "./tools/eslint/import-directions.js";

export default defineConfig(
  { ignores: ["**/dist/", "**/node_modules/", "coverage/", "**/.next/", "test/examples/.nextjs-*/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      // Keys and their orderable encodings are made of control characters.
      "no-control-regex": "off",
      // What the formatter leaves long: comments and texts.
      "max-len": ["error", { code: 120 }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
    },
  },
  {
    files: ["**/*.{ts,tsx,mts,cts}"],
    languageOptions: {
      parserOptions: {
        // Named rather than found by the project service, which needs a third more memory and twice the time.
        project: ["tsconfig.json", "cli/studio/page/tsconfig.json", "examples/*/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "no-undef": "off",
      "no-duplicate-imports": ["error", { allowSeparateTypeImports: true, includeExports: true }],
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ["{orm,adapters,src}/**/*.ts"],
    rules: { "no-console": "error" },
  },
  {
    files: ["{orm,adapters,cli,src}/**/*.{ts,tsx}"],
    rules: {
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 60],
      "@typescript-eslint/max-params": ["error", { max: 5 }],
    },
  },
  {
    plugins: { layers: { rules: { "import-directions": importDirections } } },
    rules: { "layers/import-directions": ["error", { root: import.meta.dirname }] },
  },
  {
    files: ["**/*.{js,mjs,cjs}"],
    languageOptions: {
      globals: Object.fromEntries(
        ["process", "console", "URL", "fetch", "AbortSignal", "setTimeout", "clearTimeout", "Buffer"].map((name) => [
          name,
          "readonly",
        ]),
      ),
    },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: { globals: { require: "readonly", exports: "writable" } },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
