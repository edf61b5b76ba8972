import { isLocalHost } from "../../orm/dynamodb/engine/endpoint.ts";
import { UsageError } from "../exit-codes.ts";

/** An address from the command line. Without a scheme it is plain HTTP for the machine itself, else HTTPS. */
export function endpointUrl(text: string): URL {
  const url = /^https?:\/\//i.test(text) ? parse(text) : parse(`http://${text}`);
  if (!url) throw new UsageError(`--endpoint "${text}" is no address, such as http://localhost:8000.`);
  if (!/^https?:\/\//i.test(text) && !isLocalHost(url.hostname)) url.protocol = "https:";
  return url;
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
