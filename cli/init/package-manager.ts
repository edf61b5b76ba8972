import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";

const LOCK_FILES = {
  npm: ["package-lock.json"],
  pnpm: ["pnpm-lock.yaml"],
  yarn: ["yarn.lock"],
  bun: ["bun.lock", "bun.lockb"],
} as const;

export type PackageManager = keyof typeof LOCK_FILES;

const NAMES = Object.keys(LOCK_FILES) as PackageManager[];

/** The folder's package manager by its lock file, or the one that runs this command. */
export function packageManagerOf(folder: string, env: NodeJS.ProcessEnv = process.env): PackageManager {
  const running = (env["npm_config_user_agent"] ?? "").split("/")[0];
  return (
    NAMES.find((name) => LOCK_FILES[name].some((file) => existsSync(join(folder, file)))) ??
    NAMES.find((name) => name === running) ??
    "npm"
  );
}

/** Installs what package.json names. Returns whether that went well. */
export async function install(folder: string, manager: PackageManager): Promise<boolean> {
  // A shell, since the managers are .cmd files on Windows.
  const child = spawn(`${manager} install`, { cwd: folder, shell: true, stdio: ["ignore", "inherit", "inherit"] });
  const [code] = (await once(child, "exit")) as [number | null];
  return code === 0;
}
