import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { detectDatabaseRuntime, inspectDatabaseRuntime, requireDatabaseRuntime } from "auth-dynamodb";
import * as runtime from "auth-dynamodb/runtime";
import { describe, expect, it } from "vitest";
import { ormError } from "../support.ts";

const client = new DynamoDBClient({ region: "us-east-1" });
const send = () => Promise.resolve({});

describe("detection", () => {
  it("tells clients and document clients, and how", () => {
    const detected = detectDatabaseRuntime(client);
    expect(detected).toEqual({ kind: "dynamodb", client, source: "service id" });
    expect(detected?.client).toBe(client);
    expect(detected?.dialect).toBeUndefined();
    expect(detectDatabaseRuntime(DynamoDBDocumentClient.from(client))).toMatchObject({ source: "service id" });
  });

  it("survives minified class names and another copy of the SDK", () => {
    // What a bundler leaves of the class: another name, another prototype, the same behaviour.
    class a {
      config = { serviceId: "DynamoDB", region: () => Promise.resolve("us-east-1") };
      send = send;
    }
    expect(detectDatabaseRuntime(new a())).toMatchObject({ kind: "dynamodb", source: "service id" });
  });

  it("goes by the class or the shape of a stand-in without a service id", () => {
    const StandIn = {
      DynamoDBClient: class DynamoDBClient {
        send = send;
      },
    }.DynamoDBClient;
    expect(detectDatabaseRuntime(new StandIn())?.source).toBe("constructor");
    const documents = { send, config: { translateConfig: { marshallOptions: {} } } };
    expect(detectDatabaseRuntime(documents)?.source).toBe("shape");
  });

  it("is not taken in by the name or shape of another service's client", () => {
    const Other = {
      DynamoDBClient: class DynamoDBClient {
        config = { serviceId: "S3", translateConfig: { marshallOptions: {} } };
        send = send;
      },
    }.DynamoDBClient;
    expect(detectDatabaseRuntime(new Other())).toBeNull();
    expect(detectDatabaseRuntime({ send, config: { translateConfig: {} } })).toBeNull();
  });

  it("explains what is no client", () => {
    for (const other of [
      null,
      undefined,
      "client",
      {},
      DynamoDBClient,
      Promise.resolve(client),
      { client },
      { config: { serviceId: "S3" }, send },
    ]) {
      const report = inspectDatabaseRuntime(other);
      expect(report.runtime).toBeNull();
      expect(report.candidates[0]).toMatchObject({ kind: "dynamodb", matched: false });
      expect(report.candidates[0]!.reasons.length).toBeGreaterThan(0);
      expect(report.hint).toBeTruthy();
      expect(() => requireDatabaseRuntime(other)).toThrow(ormError("INVALID_VALUE", "no known database client"));
    }
    expect(inspectDatabaseRuntime({ client }).hint).toContain("property client");
    expect(inspectDatabaseRuntime({ config: { serviceId: "S3" }, send }).summary).toContain("S3");
  });

  it("is one and the same in both entries", () => {
    expect(runtime).toMatchObject({ detectDatabaseRuntime, inspectDatabaseRuntime, requireDatabaseRuntime });
  });
});
