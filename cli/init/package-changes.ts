import { namesOf, type PackageJson } from "./project.ts";

/** What init installs, with the ranges that this package is tested with. */
export const RANGES = {
  "@auth/core": "^0.41.0",
  "@aws-sdk/client-dynamodb": "^3.370.0",
  "@hono/node-server": "^2.1.8",
  "better-auth": "^1.7.0",
  dynalite: "^4.0.0",
  hono: "^4.13.19",
  tsx: "^4.23.15",
} as const;

export type Installed = keyof typeof RANGES;

/** What is to be in a package.json. */
export interface Additions {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: readonly Installed[];
  readonly devDependencies: readonly Installed[];
  /** The range of this package. */
  readonly own: string;
}

export interface PackageChange {
  readonly text: string;
  /** Whether it says anything that it did not say. */
  readonly changed: boolean;
  /** Scripts that are there already with another text, and stay. */
  readonly leftAlone: readonly string[];
}

/** Adds what is missing. What is there stays as it is, a package in either list included. */
export function addTo(
  packageJson: PackageJson | undefined,
  before: string,
  { scripts, dependencies, devDependencies, own }: Additions,
): PackageChange {
  const named = namesOf(packageJson);
  const base: PackageJson = packageJson ?? { private: true, type: "module" };
  const wanted = { "auth-dynamodb": own, ...rangesOf(dependencies) };
  const next = {
    ...base,
    ...section("scripts", { ...base.scripts, ...missing(scripts, new Set(Object.keys(base.scripts ?? {}))) }),
    ...section("dependencies", { ...base.dependencies, ...missing(wanted, named) }),
    ...section("devDependencies", { ...base.devDependencies, ...missing(rangesOf(devDependencies), named) }),
  };
  const text = `${JSON.stringify(next, null, indentOf(before))}\n`;
  return {
    text,
    changed: packageJson === undefined || JSON.stringify(next) !== JSON.stringify(packageJson),
    leftAlone: Object.keys(scripts).filter((name) => (base.scripts?.[name] ?? scripts[name]) !== scripts[name]),
  };
}

function section(name: string, entries: Readonly<Record<string, string>>) {
  return Object.keys(entries).length === 0 ? {} : { [name]: entries };
}

function rangesOf(names: readonly Installed[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, RANGES[name]]));
}

function missing(wanted: Readonly<Record<string, string>>, named: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => !named.has(name)));
}

/** As the file is indented. */
function indentOf(text: string): string {
  return /^\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? "  ";
}
