// Stands in for Lambda: loads a bundle, hands each message to its handler as an event, and sends back what it returns.
import { pathToFileURL } from "node:url";

const { handler } = await import(pathToFileURL(process.argv[2]).href);

process.on("message", async ({ id, event }) => {
  try {
    process.send({ id, result: await handler(event, { awsRequestId: String(id) }) });
  } catch (error) {
    process.send({ id, error: error instanceof Error ? error.stack : String(error) });
  }
});
process.on("disconnect", () => process.exit());
process.send("ready");
