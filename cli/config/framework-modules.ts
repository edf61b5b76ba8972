import { join } from "node:path";

/** What a module that a framework makes up answers while the command line loads a file that imports it. */
export type FrameworkModules = Readonly<Record<string, Record<string, unknown>>>;

/** Names of SvelteKit's variables begin so where browsers may see them. */
const PUBLIC = "PUBLIC_";

/**
 * Modules that exist only inside of a framework's build: a configuration may import them, and none of its tables
 * depends on them. Variables of the environment are what they are.
 */
export function frameworkModules(env: NodeJS.ProcessEnv = process.env): FrameworkModules {
  const shown = Object.entries(env).filter(([name]) => name.startsWith(PUBLIC));
  const hidden = Object.entries(env).filter(([name]) => !name.startsWith(PUBLIC));
  const absent = (name: string) => absentModule(name);
  return {
    "server-only": {},
    "client-only": {},
    "$env/static/private": Object.fromEntries(hidden),
    "$env/static/public": Object.fromEntries(shown),
    "$env/dynamic/private": { env: Object.fromEntries(hidden) },
    "$env/dynamic/public": { env: Object.fromEntries(shown) },
    "$app/environment": { browser: false, building: false, dev: false, version: "" },
    "$app/paths": { base: "", assets: "", resolve: (path: string) => path, asset: (path: string) => path },
    ...Object.fromEntries(
      ["$app/server", "$app/navigation", "$app/state", "$app/stores", "$app/forms"].map((name) => [name, absent(name)]),
    ),
    "cloudflare:workers": absentModule("cloudflare:workers", { env }),
    "astro:env/server": absentModule("astro:env/server", { ...env, getSecret: (name: string) => env[name] }),
    "astro:env/client": { ...env },
  };
}

/** Aliases that frameworks set up themselves, where the application's tsconfig.json does not name them. */
export function frameworkAliases(folder: string): Record<string, string> {
  return { $lib: join(folder, "src/lib") };
}

/** A module whose functions can be imported, and say why they cannot be called. */
function absentModule(module: string, known: Record<string, unknown> = {}): Record<string, unknown> {
  return new Proxy(known, {
    has: () => true,
    get: (target, name) => {
      if (typeof name === "symbol" || name in target || name === "then" || name === "__esModule") {
        return Reflect.get(target, name) as unknown;
      }
      return function absent() {
        throw new Error(`"${name}" of "${module}" is there in the framework only, not while tables are set up.`);
      };
    },
  });
}
