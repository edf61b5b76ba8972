import type { Answer, Cost, JobLine, Refusal } from "./wire.ts";

/** Why a call was refused. */
export class CallError extends Error {
  override readonly name = "CallError";
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

const STORED = "auth-dynamodb studio key";

let listener: (label: string, cost: Cost) => void = () => undefined;

/** Who shows what calls cost. */
export function onCost(tell: (label: string, cost: Cost) => void): void {
  listener = tell;
}

/** Opens the studio with the token of the address, once; a page that is loaded again has its key. */
export async function openStudio(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return;
  // Whoever looks over a shoulder, and the browser's history, have no use for it.
  history.replaceState(null, "", "/");
  const response = await post("open", { token });
  if (!response.ok)
    throw new CallError({ code: "TOKEN", message: "This address was used before, or is of another studio." });
  const { result } = (await response.json()) as { result: { key: string } };
  sessionStorage.setItem(STORED, result.key);
}

function post(name: string, body: object, signal?: AbortSignal): Promise<Response> {
  const key = sessionStorage.getItem(STORED);
  return fetch(`/api/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
}

const GONE: Refusal = {
  code: "STOPPED",
  message: "The studio does not answer: it was stopped, or its terminal closed.",
};

/** Asks the server for something, and tells what it cost. */
export async function call<Result>(name: string, body: object, label: string = name): Promise<Result> {
  let answer: Answer<Result>;
  try {
    answer = (await (await post(name, body)).json()) as Answer<Result>;
  } catch {
    throw new CallError(GONE);
  }
  if ("cost" in answer) listener(label, answer.cost);
  if ("refusal" in answer) throw new CallError(answer.refusal);
  return answer.result;
}

/** Runs a long job: `onLine` is told how far it is. */
export async function runJob<Result>(
  name: string,
  signal: AbortSignal,
  onLine: (line: { done: number; total: number | undefined; result: Result }) => void,
): Promise<void> {
  const response = await post(name, {}, signal);
  if (!response.ok || !response.body) throw new CallError(GONE);
  let rest = "";
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = `${rest}${value}`.split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) {
      const line = JSON.parse(text) as JobLine<Result>;
      listener(name, line.cost);
      if ("refusal" in line) throw new CallError(line.refusal);
      onLine(line);
    }
  }
}
