import { isOrmError, type OrmErrorCode } from "../../orm/errors.ts";
import { costOf } from "./cost.ts";
import { audit } from "./jobs/audit.ts";
import { countItems } from "./jobs/count-items.ts";
import type { JobStep } from "./jobs/job.ts";
import type { Answer, JobLine, Refusal } from "./page/wire.ts";
import { findByText, listRecords } from "./read/find.ts";
import { overviewOf } from "./read/overview.ts";
import { placesOfRecord } from "./read/places.ts";
import { viewRecord } from "./read/record.ts";
import { flagIn, numberIn, optionalTextIn, textIn, textsIn, valueTextIn, type Body } from "./read-body.ts";
import { Refused, REFUSALS } from "./refused.ts";
import { beginWork, type Studio, type Work } from "./studio.ts";
import { changeField } from "./write/change-field.ts";
import { previewOf, remove } from "./write/remove.ts";

type Call = (work: Work, body: Body) => Promise<unknown>;
type Job = (work: Work, body: Body, signal: AbortSignal) => AsyncGenerator<JobStep<unknown>, void, void>;

const which = (body: Body) => ({
  model: textIn(body, "model"),
  field: textIn(body, "field"),
  value: textIn(body, "value"),
});

/** What the page can ask for, by name. */
const CALLS: Readonly<Record<string, Call>> = {
  overview: (work) => Promise.resolve(overviewOf(work.studio)),
  find: (work, body) => findByText(work, textIn(body, "model"), textIn(body, "text")),
  list: (work, body) =>
    listRecords(work, {
      model: textIn(body, "model"),
      list: textIn(body, "list"),
      values: textsIn(body, "values"),
      after: optionalTextIn(body, "after"),
      backward: flagIn(body, "backward"),
    }),
  record: (work, body) => viewRecord(work, textIn(body, "model"), textIn(body, "id")),
  places: (work, body) => placesOfRecord(work, textIn(body, "model"), textIn(body, "id")),
  preview: (work, body) => previewOf(work, which(body)),
  remove: (work, body) => remove(work, which(body), numberIn(body, "confirmed")),
  change: (work, body) =>
    changeField(work, {
      model: textIn(body, "model"),
      id: textIn(body, "id"),
      field: textIn(body, "field"),
      was: valueTextIn(body, "was"),
      text: valueTextIn(body, "text"),
    }),
};

/** What takes long and tells how far it has come. */
const JOBS: Readonly<Record<string, Job>> = {
  count: (work, _body, signal) => countItems(work, signal),
  audit: (work, _body, signal) => audit(work, false, signal),
  repair: (work, _body, signal) => audit(work, true, signal),
};

export function isJob(name: string): boolean {
  return Object.hasOwn(JOBS, name);
}

/** Answers one call of the page. Never throws. */
export async function answer(
  studio: Studio,
  name: string,
  body: Body,
): Promise<{ status: number; answer: Answer<unknown> }> {
  const work = beginWork(studio);
  const started = performance.now();
  const cost = () => costOf(work.requests, performance.now() - started);
  try {
    const call = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined;
    if (!call) throw new Refused("UNKNOWN_ACTION", `There is no call "${name}".`);
    return { status: 200, answer: { result: await call(work, body), cost: cost() } };
  } catch (error) {
    const { status, refusal } = refusalOf(error);
    return { status, answer: { refusal, cost: cost() } };
  }
}

/** The lines of a long job's answer. Never throws. */
export async function* lines(
  studio: Studio,
  name: string,
  body: Body,
  signal: AbortSignal,
): AsyncGenerator<JobLine<unknown>, void, void> {
  const work = beginWork(studio);
  const started = performance.now();
  const cost = () => costOf(work.requests, performance.now() - started);
  try {
    const job = Object.hasOwn(JOBS, name) ? JOBS[name] : undefined;
    if (!job) throw new Refused("UNKNOWN_ACTION", `There is no job "${name}".`);
    for await (const step of job(work, body, signal)) yield { ...step, cost: cost() };
  } catch (error) {
    yield { refusal: refusalOf(error).refusal, cost: cost() };
  }
}

/** What the caller of the page can change; anything else is the database's. */
const STATUS: Partial<Record<OrmErrorCode, number>> = {
  UNIQUE_CONSTRAINT_VIOLATION: 409,
  FOREIGN_KEY_VIOLATION: 409,
  TRANSACTION_CONFLICT: 409,
  INVALID_VALUE: 400,
  INVALID_QUERY: 400,
  SCAN_REFUSED: 400,
};

function refusalOf(error: unknown): { status: number; refusal: Refusal } {
  if (error instanceof Refused) {
    const { code, message, removal } = error;
    return { status: REFUSALS[code], refusal: { code, message, ...(removal ? { removal } : {}) } };
  }
  if (isOrmError(error))
    return { status: STATUS[error.code] ?? 502, refusal: { code: error.code, message: error.message } };
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { status: 502, refusal: { code: name, message: `DynamoDB did not answer: ${message || name}` } };
}
