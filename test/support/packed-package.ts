import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBuilt } from "./built-package.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Builds the package where that is due, packs it as npm would publish it, and returns the archive in a folder. */
export async function packInto(folder: string): Promise<string> {
  await ensureBuilt();
  const args = ["pack", "--json", "--pack-destination", folder];
  const output = execFileSync("npm", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const [{ filename }] = JSON.parse(output) as [{ filename: string }];
  return `${folder}/${filename}`;
}

/** Puts a packed package's files into a folder. */
export function unpack(archive: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync("tar", ["xzf", archive, "-C", folder, "--strip-components=1"]);
}

/** An application's node_modules: the packed package, and others as they are installed here. */
export async function installPacked(application: string, others: readonly string[]): Promise<void> {
  unpack(await packInto(application), `${application}/node_modules/auth-dynamodb`);
  for (const name of others) {
    const link = `${application}/node_modules/${name}`;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(`${ROOT}node_modules/${name}`, link);
  }
}
