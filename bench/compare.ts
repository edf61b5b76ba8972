/**
 * Compares the CPU time of the ORM's operations with that of the same requests written by hand on the SDK's client, in
 * turns, so that whatever else the machine does falls on both. `npx tsx bench/compare.ts [rounds] [name]`.
 */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { OwnWork } from "./own-work.ts";

/** Operations of a turn: short ones, so that both sides meet the same load of the machine. */
const TURN = 20;
const [rounds = "100", only = ""] = process.argv.slice(2);

// Built as the package is: what runs TypeScript as it stands adds work of its own to each function.
const folder = fileURLToPath(new URL("../node_modules/.cache/own-work", import.meta.url));
await build({
  entryPoints: [fileURLToPath(new URL("own-work.ts", import.meta.url))],
  ...{ outdir: folder, bundle: true, splitting: true, format: "esm", platform: "node", target: "node20" },
  ...{ packages: "external", outExtension: { ".js": ".mjs" }, logLevel: "error" },
});
const { OWN_WORK, sent } = (await import(`${folder}/own-work.mjs`)) as typeof import("./own-work.ts");

async function cpuOf(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < TURN; i++) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / TURN;
}

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;

/** What one run sends. */
async function requestsOf(run: () => Promise<unknown>): Promise<string> {
  sent.clear();
  await run();
  return JSON.stringify([...sent].sort());
}

async function compare({ name, driver, byHand }: OwnWork) {
  // Until both are compiled to what they will be in a server that has run for a while.
  for (let i = 0; i < 250; i++) await Promise.all([cpuOf(driver), cpuOf(byHand)]);
  const requests = await requestsOf(driver);
  if (requests !== (await requestsOf(byHand))) throw new Error(`${name}: the two do not send the same requests.`);
  const turns: { driver: number; byHand: number }[] = [];
  for (let round = 0; round < Number(rounds); round++) {
    // Whoever comes second meets what the first one left to collect.
    const first = round % 2 === 0 ? await cpuOf(driver) : undefined;
    const hand = await cpuOf(byHand);
    turns.push({ driver: first ?? (await cpuOf(driver)), byHand: hand });
  }
  return {
    operation: name,
    "ORM (µs CPU)": Math.round(median(turns.map((turn) => turn.driver))),
    "by hand (µs CPU)": Math.round(median(turns.map((turn) => turn.byHand))),
    ratio: median(turns.map((turn) => turn.driver / turn.byHand)).toFixed(2),
  };
}

const table = [];
for (const work of OWN_WORK) if (work.name.includes(only)) table.push(await compare(work));
console.log("CPU time of the ORM beside the same requests by hand");
console.table(table);
