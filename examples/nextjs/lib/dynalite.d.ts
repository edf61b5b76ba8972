declare module "dynalite" {
  /** An engine that speaks DynamoDB's protocol and keeps its data in memory. */
  export default function dynalite(options: { createTableMs: number }): import("node:http").Server;
}
