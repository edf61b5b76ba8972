/** One call as its caller saw it. Times are monotonic, and the same clock's in every process of the machine. */
export interface Call<Arg = unknown, Result = unknown> {
  readonly arg: Arg;
  readonly invoked: number;
  readonly responded: number;
  readonly outcome: { readonly result: Result } | { readonly code: string; readonly detail: string };
}

/** Milliseconds of the machine's monotonic clock. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Makes calls all at once and notes when each began, when it ended, and how. */
export function callAll<Arg>(args: readonly Arg[], task: (arg: Arg) => Promise<unknown>): Promise<Call<Arg>[]> {
  return Promise.all(
    args.map(async (arg): Promise<Call<Arg>> => {
      const invoked = now();
      try {
        const result = await task(arg);
        return { arg, invoked, responded: now(), outcome: { result } };
      } catch (error) {
        return { arg, invoked, responded: now(), outcome: { code: codeOf(error), detail: detailOf(error) } };
      }
    }),
  );
}

function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === "string" ? code : String(name);
}

function detailOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The result of a call, undefined where it threw. */
export function resultOf<Result>({ outcome }: Call<unknown, Result>): Result | undefined {
  return "result" in outcome ? outcome.result : undefined;
}

/** The code of a call that threw, undefined where it did not. */
export function errorOf({ outcome }: Call): string | undefined {
  return "code" in outcome ? outcome.code : undefined;
}

/** Whether one call had ended when the other began: then it came first, whoever looks. */
export function isBefore(one: Call, other: Call): boolean {
  return one.responded < other.invoked;
}
