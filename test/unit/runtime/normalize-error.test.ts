import { createMemoryDriver, isOrmError, normalizeOrmError, OrmError } from "auth-dynamodb";
import { describe, expect, it } from "vitest";

const aws = (name: string, more: object = {}) => Object.assign(new Error(`about ${name}`), { name }, more);

describe("normalizeOrmError", () => {
  it.each([
    ["ResourceNotFoundException", {}, "MISSING_TABLE", false],
    ["ThrottlingException", {}, "THROTTLED", true],
    ["TransactionConflictException", {}, "TRANSACTION_CONFLICT", true],
    [
      "TransactionCanceledException",
      { CancellationReasons: [{ Code: "TransactionConflict" }] },
      "TRANSACTION_CONFLICT",
      true,
    ],
  ])("names %s", (name, more, code, retryable) => {
    const error = aws(name, more);
    const known = normalizeOrmError(error);
    expect(known).toBeInstanceOf(OrmError);
    expect(known).toMatchObject({
      code,
      retryable,
      backendKind: "dynamodb",
      meta: { originalCode: name, originalMessage: `about ${name}` },
    });
    expect(known?.cause).toBe(error);
    expect(known?.dialect).toBeUndefined();
  });

  it("leaves an error of this package as it is", () => {
    const error = new OrmError({ code: "DEADLOCK", message: "of another driver", dialect: "postgres" });
    expect(normalizeOrmError(error)).toBe(error);
    expect(error.dialect).toBe("postgres");
    expect(isOrmError(error, "DEADLOCK")).toBe(true);
  });

  it("knows nothing of other errors, nor of a condition that the application set itself", () => {
    for (const error of [new Error("x"), aws("AccessDeniedException"), aws("ConditionalCheckFailedException")])
      expect(normalizeOrmError(error)).toBeNull();
    for (const thrown of [undefined, null, "text", { name: "ThrottlingException" }])
      expect(normalizeOrmError(thrown)).toBeNull();
  });

  it("takes the driver's handle before the error, too", () => {
    const { handle } = createMemoryDriver();
    expect(normalizeOrmError(handle, aws("ThrottlingException"))?.code).toBe("THROTTLED");
    expect(normalizeOrmError(handle, new Error("x"))).toBeNull();
  });
});
