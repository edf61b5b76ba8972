import { describedAs, refusal, startProxy, type Proxy, type RelayedRequest, type Reply } from "./proxy.ts";
import { TableKeys, WRITES, type Action } from "./table-keys.ts";

export interface StrongGlobalEngineOptions {
  /** Of writes that meet another one at their item, how many are refused. Default: 0.5. */
  readonly refused?: number;
  /** Of those, how many have landed all the same: AWS does not say what becomes of one. Default: 0. */
  readonly landed?: number;
}

const WITHOUT: Readonly<Record<string, string>> = {
  TransactWriteItems: "Transactions are not supported",
  TransactGetItems: "Transactions are not supported",
  DescribeTimeToLive: "Time to Live is not supported",
  UpdateTimeToLive: "Time to Live is not supported",
};
const CONFLICT = "One or more items in this request are being modified by a request in another Region";

/** The other regions of each table. */
export const OTHER_REGIONS = ["us-east-2", "us-west-2"];
const Replicas = OTHER_REGIONS.map((RegionName) => ({ RegionName, ReplicaStatus: "ACTIVE" }));

/**
 * Stands before an engine as if each of its tables were a global table with multi-Region strong consistency, and each
 * client in a region of its own:
 *
 * - TransactWriteItems, TransactGetItems, UpdateTimeToLive and DescribeTimeToLive: ValidationException, whatever is in
 *   the request;
 * - a PutItem, UpdateItem or DeleteItem of an item that another one is writing: a share of them is refused by
 *   ReplicatedWriteConflictException, some before and some after they were done;
 * - DescribeTable tells the other regions, and that they are strongly consistent.
 *
 * All other requests pass.
 */
export async function startStrongGlobalEngine(
  engine: string,
  { refused = 0.5, landed = 0 }: StrongGlobalEngineOptions = {},
): Promise<Proxy> {
  const keys = new TableKeys(engine);
  /** Items that are being written, and by how many. */
  const writing = new Map<string, number>();
  const write = async (id: string, forward: () => Promise<Reply>): Promise<Reply> => {
    const others = writing.get(id) ?? 0;
    const refuses = others > 0 && Math.random() < refused;
    if (refuses && Math.random() >= landed) return conflict();
    writing.set(id, others + 1);
    try {
      const reply = await forward();
      return refuses && reply.status === 200 ? conflict() : reply;
    } finally {
      const left = (writing.get(id) ?? 1) - 1;
      if (left > 0) writing.set(id, left);
      else writing.delete(id);
    }
  };
  const proxy = await startProxy(engine, async ({ operation, input }: RelayedRequest, forward) => {
    const without = WITHOUT[operation];
    if (without !== undefined) {
      const message = `${without} on global tables with multi-Region strong consistency`;
      return refusal("ValidationException", { message });
    }
    if (operation === "CreateTable" || operation === "DeleteTable") keys.forget(String(input["TableName"]));
    if (operation === "DescribeTable")
      return describedAs(await forward(), { Replicas, MultiRegionConsistency: "STRONG" });
    if (!WRITES.has(operation)) return forward();
    // The cast: what is written by itself has the form of one action.
    return write(await keys.idOf(input as unknown as Action), forward);
  });
  return {
    endpoint: proxy.endpoint,
    stop: () => {
      keys.stop();
      return proxy.stop();
    },
  };
}

function conflict(): Reply {
  return refusal("ReplicatedWriteConflictException", { message: CONFLICT });
}
