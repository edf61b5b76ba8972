import { openComparisons } from "./contenders.ts";
import type { Comparison } from "./flow.ts";
import { measureFlow, type Result } from "./measure.ts";
import { warmUp } from "./running.ts";
import { markdownOf, rowOf } from "./report.ts";

/** Measures all flows whose name holds `only`, prints them, and returns them as Markdown. */
export async function compareAdapters(endpoint: string, only: string): Promise<string> {
  const { comparisons, close } = await openComparisons(endpoint);
  // The parts that all flows share are compiled before the first of them is measured.
  for (const { contenders } of comparisons)
    for (const { flows } of contenders) for (const flow of flows) if (flow.name.includes(only)) await warmUp(flow);
  const measured: { comparison: Comparison; results: Result[] }[] = [];
  for (const comparison of comparisons) {
    const results: Result[] = [];
    for (const { name } of comparison.contenders[0]!.flows)
      if (name.includes(only)) results.push(...(await measureFlow(name, comparison)));
    if (results.length === 0) continue;
    console.log(comparison.title);
    console.table(results.map(rowOf));
    measured.push({ comparison, results });
  }
  close();
  return markdownOf(measured);
}
