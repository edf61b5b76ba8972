import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { choose, type InitFlags } from "../init/choices.ts";
import { addTo } from "../init/package-changes.ts";
import { install, packageManagerOf } from "../init/package-manager.ts";
import { planFiles, type PlannedFile } from "../init/plan-files.ts";
import { readProject, type Project } from "../init/project.ts";
import type { Asking } from "../connection/confirm.ts";

/** Sets up a folder: the library's configuration, a DynamoDB for development, and scripts. Overwrites nothing. */
export async function init(version: string, flags: InitFlags, asking: Asking): Promise<ExitCode> {
  const folder = process.cwd();
  const project = readProject(folder);
  const plan = planFiles(project, await choose(project, flags, asking), {
    version,
    secret: randomBytes(32).toString("base64url"),
  });
  if (project.authFile !== undefined) say(`${relative(folder, project.authFile)}: is there, and was left alone`);
  for (const planned of plan.files) say(written(folder, planned));
  const change = addTo(project.packageJson, project.packageText, plan.additions);
  writePackage(project, change.text, change.changed);
  for (const name of change.leftAlone) say(`package.json: the script "${name}" is there, and was left alone`);
  say(ignored(folder));

  const manager = packageManagerOf(folder);
  if (flags.install === false) say(`\nNext: ${manager} install, then ${manager} run ${plan.start}`);
  else if (await install(folder, manager)) say(`\nNext: ${manager} run ${plan.start}`);
  else {
    process.stderr.write(`"${manager} install" failed. What was written stays: mend that, and run it again.\n`);
    return EXIT.failure;
  }
  return EXIT.ok;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a file that is not there, and says which it was. */
function written(folder: string, { file, text }: PlannedFile): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(path, text, { flag: "wx" });
    return `${file}: written`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readFileSync(path, "utf8") === text ? `${file}: is there` : `${file}: is there, and was left alone`;
  }
}

function writePackage({ folder, packageJson }: Project, text: string, changed: boolean): void {
  if (changed) writeFileSync(join(folder, "package.json"), text, packageJson ? {} : { flag: "wx" });
  say(`package.json: ${!changed ? "says it all" : packageJson ? "scripts and packages added" : "written"}`);
}

/** The secret in .env is nobody's else: a new folder gets a .gitignore. */
function ignored(folder: string): string {
  return written(folder, { file: ".gitignore", text: "node_modules\n.env\n" });
}
