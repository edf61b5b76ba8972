import type { Send } from "./client.ts";

/** What is read of an SDK client's configuration. */
interface ClientConfig {
  readonly region?: () => Promise<string>;
  /** Set where the application named an endpoint, and after the first request also where the environment did. */
  readonly endpoint?: () => Promise<{ protocol: string; hostname: string; port?: number; path?: string }>;
}

/** The client's configuration; empty for what is no SDK client. */
function configOf(client: object): ClientConfig {
  return (client as { config?: ClientConfig }).config ?? {};
}

/** The endpoint that a client was given, such as `http://localhost:8000`; undefined where it goes by its region. */
export async function customEndpoint(client: object): Promise<string | undefined> {
  const { endpoint } = configOf(client);
  if (typeof endpoint !== "function") return undefined;
  const { protocol, hostname, port, path = "/" } = await endpoint();
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path === "/" ? "" : path}`;
}

/** A client's region; undefined where none is set. */
export async function regionOf(client: object): Promise<string | undefined> {
  const { region } = configOf(client);
  if (typeof region !== "function") return undefined;
  try {
    return await region();
  } catch {
    return undefined;
  }
}

/** Where a client's requests go, as messages name it. */
export async function placeOf(client: Send): Promise<string> {
  const endpoint = await customEndpoint(client).catch(() => undefined);
  return endpoint ?? `AWS in ${(await regionOf(client)) ?? "no region"}`;
}

/** Whether a host is the machine itself or one that only it knows: a container's name has no dot. */
export function isLocalHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  return (
    host === "::1" || host === "0.0.0.0" || /^127(\.\d+){3}$/.test(host) || (!host.includes(".") && !host.includes(":"))
  );
}
