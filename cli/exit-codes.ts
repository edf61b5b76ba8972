/** What the process tells its caller. Documented in docs/operations.md: keep them. */
export const EXIT = {
  /** Done, and nothing is left to do. */
  ok: 0,
  /** Something was found that needs an action: a plan with changes, damage, duplicates, conflicts. */
  findings: 1,
  /** The command line or the configuration cannot be understood. */
  usage: 2,
  /** It was tried, and failed. */
  failure: 3,
  /** Stopped by Ctrl-C: the next run goes on. */
  stopped: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Something that the caller of the command has to change. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
