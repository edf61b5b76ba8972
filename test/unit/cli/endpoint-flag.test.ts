import { describe, expect, it } from "vitest";
import { endpointUrl } from "../../../cli/connection/endpoint-flag.ts";
import { isLocalHost } from "../../../orm/dynamodb/engine/endpoint.ts";

const LOCAL = ["localhost", "127.0.0.1", "127.8.9.10", "[::1]", "0.0.0.0", "dynamodb"];
const FAR = ["dynamodb.eu-west-1.amazonaws.com", "128.0.0.1", "localhost.example.com", "127.example.com", "[::2]"];

describe("--endpoint", () => {
  it.each(LOCAL)("takes %s for the machine itself, and plain HTTP for it", (host) => {
    expect(isLocalHost(new URL(`http://${host}:8000`).hostname)).toBe(true);
    expect(endpointUrl(`${host}:8000`).href).toBe(`http://${host}:8000/`);
    expect(endpointUrl(`https://${host}:8000`).href).toBe(`https://${host}:8000/`);
  });

  it.each(FAR)("takes %s for another machine, and HTTPS for it", (host) => {
    expect(isLocalHost(new URL(`http://${host}:8000`).hostname)).toBe(false);
    expect(endpointUrl(`${host}:8000`).href).toBe(`https://${host}:8000/`);
    expect(endpointUrl(`http://${host}:8000`).href).toBe(`http://${host}:8000/`);
  });

  it.each(["", "http://", "http:// a", "a b"])("refuses %j, with an example", (text) => {
    expect(() => endpointUrl(text)).toThrow("http://localhost:8000");
  });
});
