import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findConfig } from "../config/find-config.ts";
import { UsageError } from "../exit-codes.ts";

export const LIBRARIES = ["better-auth", "authjs"] as const;
export const LANGUAGES = ["ts", "js"] as const;
export type Library = (typeof LIBRARIES)[number];
export type Language = (typeof LANGUAGES)[number];

/** What init reads, keeps and adds to of a package.json. */
export interface PackageJson {
  readonly [key: string]: unknown;
  readonly type?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** What is in a folder before init. */
export interface Project {
  readonly folder: string;
  /** Undefined where there is none. */
  readonly packageJson: PackageJson | undefined;
  /** The package.json's own text. */
  readonly packageText: string;
  /** As its package.json, or its files, say. Undefined where they say nothing, or both. */
  readonly library: Library | undefined;
  readonly language: Language | undefined;
  /** An authentication file that is there already. */
  readonly authFile: string | undefined;
}

/** Auth.js for Next.js: it has a constructor of its own. */
export const NEXT_AUTH = "next-auth";

/** Looks at a folder. */
export function readProject(folder: string): Project {
  const file = join(folder, "package.json");
  const packageText = existsSync(file) ? readFileSync(file, "utf8") : "";
  const packageJson = packageText === "" ? undefined : parsed(packageText);
  const named = namesOf(packageJson);
  const betterAuth = named.has("better-auth");
  const authJs = [...named].some((name) => name === NEXT_AUTH || name.startsWith("@auth/"));
  return {
    folder,
    packageJson,
    packageText,
    library: betterAuth === authJs ? undefined : betterAuth ? "better-auth" : "authjs",
    language: languageOf(folder, packageJson, named),
    authFile: findConfig(folder, undefined),
  };
}

/** The packages that a package.json names. */
export function namesOf(packageJson: PackageJson | undefined): ReadonlySet<string> {
  return new Set(Object.keys({ ...packageJson?.dependencies, ...packageJson?.devDependencies }));
}

function languageOf(
  folder: string,
  packageJson: PackageJson | undefined,
  named: ReadonlySet<string>,
): Language | undefined {
  if (named.has("typescript") || existsSync(join(folder, "tsconfig.json"))) return "ts";
  // An application without TypeScript is one in JavaScript; an empty folder is none yet.
  return packageJson && named.size > 0 ? "js" : undefined;
}

function parsed(text: string): PackageJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError("The package.json here is no JSON: correct it first. Nothing was written.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError("The package.json here holds no object: correct it first. Nothing was written.");
  }
  return value as PackageJson;
}
