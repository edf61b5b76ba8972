import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LOCK = `${ROOT}node_modules/.cache/auth-dynamodb-build`;
const WAIT_MS = 540_000;

/** Builds `dist/` where it is missing or older than the sources. Test files may ask at once: one of them builds. */
export async function ensureBuilt(): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  mkdirSync(`${ROOT}node_modules/.cache`, { recursive: true });
  while (!tryLock()) {
    if (Date.now() > deadline) throw new Error(`Another build does not end. If none is running, delete ${LOCK}.`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  try {
    if (!isFresh()) execFileSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: "pipe" });
  } finally {
    rmSync(LOCK, { recursive: true });
  }
}

function tryLock(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    return false;
  }
}

function isFresh(): boolean {
  const built = `${ROOT}dist/index.d.cts`;
  if (!existsSync(built)) return false;
  const sources = ["src", "adapters", "orm", "cli"].filter((folder) => existsSync(`${ROOT}${folder}`));
  const newest = sources.flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(tsx?|css)$/.test(file))
      .map((file) => statSync(`${ROOT}${folder}/${file}`).mtimeMs),
  );
  return statSync(built).mtimeMs > Math.max(...newest);
}
