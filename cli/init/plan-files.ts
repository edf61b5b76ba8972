import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Choices } from "./choices.ts";
import { authText, envText, LOCAL_TEXT, serverText } from "./file-texts.ts";
import type { Additions, Installed } from "./package-changes.ts";
import { namesOf, NEXT_AUTH, type Project } from "./project.ts";

/** A file to write, from the folder. */
export interface PlannedFile {
  readonly file: string;
  readonly text: string;
}

export interface FilePlan {
  readonly files: readonly PlannedFile[];
  readonly additions: Additions;
  /** The script that starts what was set up. */
  readonly start: string;
}

/** What brings a server of its own, and starts it by "npm run dev". */
const FRAMEWORKS = ["next", "nuxt", "astro", "vite", "@sveltejs/kit", "@remix-run/dev", "express", "hono", "fastify"];

/** What init writes. Whether a file is there already is looked at when it is written. */
export function planFiles(
  project: Project,
  { library, language }: Choices,
  { version, secret }: { readonly version: string; readonly secret: string },
): FilePlan {
  const named = namesOf(project.packageJson);
  const esm = project.packageJson === undefined || project.packageJson.type === "module";
  const extension = language === "ts" ? "ts" : esm ? "js" : "mjs";
  const hasSource = existsSync(join(project.folder, "src"));
  const next = named.has(NEXT_AUTH);
  const serves =
    !next &&
    project.authFile === undefined &&
    project.packageJson?.scripts?.["dev"] === undefined &&
    !FRAMEWORKS.some((name) => named.has(name));
  const auth = `${hasSource ? "src/" : ""}auth.${extension}`;
  const files: PlannedFile[] = [
    ...(project.authFile === undefined ? [{ file: auth, text: authText(library, next, language === "ts") }] : []),
    { file: ".env", text: envText(library, secret) },
    { file: "local-dynamodb.mjs", text: LOCAL_TEXT },
    ...(serves ? [{ file: `server.${extension}`, text: serverText(library, `./${auth.replace(/ts$/, "js")}`) }] : []),
  ];
  const run = language === "ts" ? "tsx" : "node";
  const scripts = {
    ...(serves ? { dev: `${run} --env-file=.env --import ./local-dynamodb.mjs server.${extension}` } : {}),
    "db:local": "node --env-file=.env local-dynamodb.mjs",
    "db:push": "auth-dynamodb push",
  };
  const libraries: Installed[] =
    library === "better-auth"
      ? ["better-auth"]
      : next
        ? []
        : ["@auth/core", ...(serves ? (["@hono/node-server", "hono"] as const) : [])];
  return {
    files,
    additions: {
      scripts,
      dependencies: ["@aws-sdk/client-dynamodb", ...libraries],
      devDependencies: ["dynalite", ...(serves && language === "ts" ? (["tsx"] as const) : [])],
      own: `^${version}`,
    },
    start: serves ? "dev" : "db:local",
  };
}
