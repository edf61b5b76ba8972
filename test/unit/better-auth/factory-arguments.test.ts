import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamodbAdapter } from "auth-dynamodb/better-auth";
import type { BetterAuthOptions } from "better-auth";
import type { createAdapterFactory } from "better-auth/adapters";
import { afterAll, expect, it, vi } from "vitest";

const opened = vi.hoisted(() => vi.fn());

vi.mock("better-auth/adapters", async (original) => {
  const actual = await original<{ createAdapterFactory: typeof createAdapterFactory }>();
  return {
    ...actual,
    createAdapterFactory: (config: Parameters<typeof createAdapterFactory>[0]) => {
      const open = actual.createAdapterFactory(config);
      return (...args: Parameters<typeof open>) => {
        opened(...args);
        return open(...args);
      };
    },
  };
});

afterAll(() => void vi.doUnmock("better-auth/adapters"));

it("hands on to Better Auth's own factory whatever Better Auth passes beside its options", () => {
  const instance: (options: BetterAuthOptions, tables?: object) => unknown = dynamodbAdapter(new DynamoDBClient({}));
  const options = { secret: "a secret for tests that is long enough" };
  const tables = { user: {} };
  instance(options, tables);
  expect(opened).toHaveBeenLastCalledWith(options, tables);
  instance(options);
  expect(opened).toHaveBeenLastCalledWith(options);
});
