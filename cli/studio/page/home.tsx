import { Days } from "./days.tsx";
import { JobProgress, useJob } from "./job.tsx";
import { hrefOf } from "./route.ts";
import type { Counts, ModelSizes, Overview } from "./wire.ts";
import { bytes } from "./words.ts";

/** The models, and when somebody asks, how much there is of each. */
export function HomePage({ overview }: { readonly overview: Overview }) {
  const job = useJob<Counts>();
  return (
    <>
      <header class="head">
        <div>
          <p class="kind">{overview.connection}</p>
          <h1>Overview</h1>
        </div>
        <button type="button" disabled={job.state === "running"} onClick={() => job.start("count")}>
          Count everything
        </button>
      </header>
      <p class="hint">Counting reads every item once, at half price. It needs dynamodb:Scan.</p>
      <JobProgress job={job} />
      <table class="rows numbers">
        <thead>
          <tr>
            <th scope="col">model</th>
            <th scope="col">records</th>
            <th scope="col">unique entries</th>
            <th scope="col">index entries</th>
            <th scope="col">size</th>
            <th scope="col">expired, waiting</th>
          </tr>
        </thead>
        <tbody>
          {rowsOf(overview, job.result).map(({ name, sizes }) => (
            <tr key={name}>
              <td data-label="model">
                {overview.models.some((model) => model.name === name) ? (
                  <a href={hrefOf("model", name)}>{name}</a>
                ) : (
                  name
                )}
              </td>
              <td data-label="records">{sizes?.records ?? "–"}</td>
              <td data-label="unique entries">{sizes?.uniqueEntries ?? "–"}</td>
              <td data-label="index entries">{sizes?.indexEntries ?? "–"}</td>
              <td data-label="size">{sizes ? bytes(sizes.bytes) : "–"}</td>
              <td data-label="expired, waiting">{sizes?.expired ?? "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {job.result && <Days sessions={job.result.sessions} />}
    </>
  );
}

/** The schema's models, then those that only the tables have. */
function rowsOf(overview: Overview, counts: Counts | undefined): { name: string; sizes: ModelSizes | undefined }[] {
  const names = new Set([
    ...overview.models.map(({ name }) => name),
    ...(counts?.models ?? []).map(({ model }) => model),
  ]);
  return [...names].map((name) => ({ name, sizes: counts?.models.find(({ model }) => model === name) }));
}
