import { originalOf } from "../dynamodb/engine/aws-errors.ts";
import { OrmError } from "../errors.ts";
import { inspectDatabaseRuntime } from "./detect.ts";
import { normalizeOrmError } from "./normalize-error.ts";
import type { RuntimeSource } from "./runtime-options.ts";

/** Which set-up failed: `applySchema`, `pushSchema` or `bootstrapDatabase`. */
export type SetupStage = "apply" | "push" | "bootstrap";

/**
 * What set-up could not do. It has the `code`, `meta` and message of what went wrong, so that it can be handled like
 * any other {@link OrmError}, and that error as its `cause`. What only the backend or the network knows (missing
 * permissions, no connection) has the code `SETUP_FAILED`.
 */
export class RuntimeSetupError extends OrmError {
  override readonly name = "RuntimeSetupError";
  readonly stage: SetupStage;
  /** The kind of the client that was given, `"unknown"` where it is none that is known. */
  readonly runtimeKind: string;

  constructor(stage: SetupStage, runtimeKind: string, cause: unknown) {
    const known = normalizeOrmError(cause);
    const message = cause instanceof Error ? cause.message : String(cause);
    super({
      code: known?.code ?? "SETUP_FAILED",
      message: known?.message ?? message,
      backendKind: known?.backendKind ?? runtimeKind,
      dialect: known?.dialect,
      retryable: known?.retryable ?? false,
      meta: known?.meta ?? originalOf(cause),
      cause,
    });
    this.stage = stage;
    this.runtimeKind = runtimeKind;
  }
}

/** Runs a set-up. What it throws comes as a {@link RuntimeSetupError}. */
export async function settingUp<T>(stage: SetupStage, source: RuntimeSource, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const { runtime } = inspectDatabaseRuntime(source.runtime?.client ?? source.client);
    throw new RuntimeSetupError(stage, runtime?.kind ?? "unknown", error);
  }
}
